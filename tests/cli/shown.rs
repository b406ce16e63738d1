//! What a person reads, as snapshots in `snapshots/`.

use asyncfix_codemods::{CODEMODS, Codemod};

use crate::sandbox::{NAP, Sandbox};

/// Compares with the snapshot of this name; `cargo bless` renews it.
pub(crate) fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn help_is_as_people_of_the_field_expect() {
    let sandbox = Sandbox::new::<&str>(&[]);
    snapshot("cli-help-short", &sandbox.run(&["-h"]).expect(0, "-h").stdout);
    snapshot("cli-help", &sandbox.run(&["--help"]).expect(0, "--help").stdout);
}

#[test]
fn codemods_are_listed_and_explained() {
    let sandbox = Sandbox::new::<&str>(&[]);
    // Not a snapshot: the list grows with every codemod, and each says what its line must be.
    let list = sandbox.run(&["--list"]).expect(0, "--list").stdout;
    let lines: Vec<Vec<&str>> = list.lines().map(|line| columns_of(line)).collect();
    let columns = |codemod: &&Codemod| {
        let enabled = format!("{:?}", codemod.enabled).to_lowercase();
        [
            codemod.name.to_owned(),
            codemod.applicability.as_str().to_owned(),
            enabled,
            codemod.summary.to_owned(),
        ]
    };
    assert_eq!(lines, CODEMODS.iter().map(columns).collect::<Vec<_>>());
    let explained = sandbox.run(&["--explain", "time-sleep"]).expect(0, "--explain");
    snapshot("cli-explain-time-sleep", &explained.stdout);
}

/// The columns of a line, two or more spaces apart.
fn columns_of(line: &str) -> Vec<&str> {
    line.split("  ").map(str::trim).filter(|column| !column.is_empty()).collect()
}

/// A file with findings that are fixed, one that is held back and one that is silenced; one with a long line.
fn project() -> Sandbox {
    Sandbox::new(&[
        ("pyproject.toml", "[project]\nname = 'bot'\nrequires-python = '>=3.11'\n"),
        ("bot/poll.py", NAP),
        (
            "bot/main.py",
            "import time\n\n\nasync def run(seconds):\n\tif seconds: time.sleep(seconds)  # wait\n\
             \ttime.sleep(2)  # noqa: ASYNC251\n\tprint('日本', time.sleep(\n\t\tseconds,\n\t))\n",
        ),
        ("bot/broken.py", "async def f(:\n"),
    ])
}

#[test]
fn a_run_shows_what_it_found_and_did() {
    for (name, args) in [
        ("cli-report", &["bot"][..]),
        ("cli-report-concise", &["--output-format", "concise"]),
        ("cli-report-json", &["--output-format", "json"]),
        ("cli-diff", &["--diff"]),
        ("cli-write", &["--write"]),
    ] {
        let sandbox = project();
        let ended = sandbox.run(args).expect(2, name);
        let command = ["asyncfix"].iter().chain(args).copied().collect::<Vec<_>>().join(" ");
        let text = format!("$ {command}\n{}---- stderr\n{}", ended.stdout, ended.stderr);
        snapshot(name, &text);
    }
}
