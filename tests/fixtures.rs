//! Fixtures: realistic, awkward files and what asyncfix says of them and makes of them, as snapshots.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs the real binary in `tests/fixtures` and gives what it prints, whatever its exit status.
fn asyncfix(arguments: &[&str], target: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_asyncfix"))
        .args(arguments)
        .arg(target)
        .current_dir(folder())
        .env("NO_COLOR", "1")
        .output()
        .expect("the binary runs");
    let status = output.status.code();
    assert!(
        matches!(status, Some(0 | 1)),
        "{target}: {status:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    // What a person cannot see in a snapshot is shown by a sign of its own.
    String::from_utf8_lossy(&output.stdout)
        .replace('\r', "␍")
        .replace('\u{c}', "␌")
        .replace('\u{feff}', "␣BOM␣")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

#[test]
fn reports_and_diffs_are_as_reviewed() {
    let mut names: Vec<String> = fs::read_dir(folder())
        .expect("the folder is there")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".py") || folder().join(name).join("pyproject.toml").is_file())
        .collect();
    names.sort();
    assert!(names.len() > 10, "the fixtures are gone: {names:?}");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for name in &names {
            let report = asyncfix(&["--output-format", "concise"], name);
            let safe = asyncfix(&["--diff"], name);
            let all = asyncfix(&["--diff", "--unsafe-fixes"], name);
            let safe = if safe == all { "the same as with --unsafe-fixes\n".to_owned() } else { safe };
            let text = format!("{report}\n## --diff --unsafe-fixes\n\n{all}\n## --diff\n\n{safe}");
            insta::assert_snapshot!(format!("fixture-{}", name.trim_end_matches(".py")), text);
        }
    });
}
