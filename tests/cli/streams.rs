//! Standard input, output that nobody reads, and threads.

use std::io::Read as _;
use std::process::Stdio;

use crate::sandbox::{FINE, NAP, NAP_FIXED, Sandbox};

#[test]
fn standard_input_is_a_file_like_any_other() {
    let sandbox = Sandbox::new::<&str>(&[]);
    let reported = sandbox.run_with_stdin(&["-", "--output-format", "concise"], NAP).expect(1, "a finding");
    assert!(reported.stdout.starts_with("-:5:5: time-sleep "), "{}", reported.stdout);
    let named = &["-", "--output-format", "concise", "--stdin-filename", "src/a.py"];
    let named = sandbox.run_with_stdin(named, NAP).expect(1, "a finding");
    assert!(named.stdout.starts_with("src/a.py:5:5: time-sleep "), "{}", named.stdout);
    let diff = sandbox.run_with_stdin(&["-", "--diff", "--stdin-filename", "a.py"], NAP).expect(1, "a diff");
    assert!(diff.stdout.starts_with("--- a.py\n+++ a.py\n@@ "), "{}", diff.stdout);
}

#[test]
fn with_write_standard_input_goes_to_standard_output() {
    let sandbox = Sandbox::new(&[("a.py", NAP)]);
    let broken = "async def f(:\n";
    for (text, status, after) in [(NAP, 0, NAP_FIXED), (FINE, 0, FINE), ("", 0, ""), (broken, 2, broken)] {
        let ended = sandbox.run_with_stdin(&["--write", "-", "--stdin-filename", "a.py"], text);
        assert_eq!(ended.expect(status, text).stdout, after);
    }
    assert_eq!(sandbox.text("a.py"), NAP, "the file of that name is not touched");
}

#[test]
fn the_configuration_is_that_of_the_named_file() {
    let sandbox = Sandbox::new(&[("src/asyncfix.toml", "ignore = ['time-sleep']\n")]);
    sandbox.run_with_stdin(&["-", "--stdin-filename", "src/a.py"], NAP).expect(0, "it is ignored there");
    sandbox.run_with_stdin(&["-", "--stdin-filename", "a.py"], NAP).expect(1, "but not here");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    // More than a pipe holds, so that writing must meet the closed end.
    let body = "    time.sleep(1)\n".repeat(1_000);
    let sandbox = Sandbox::new(&[("a.py", format!("import time\nasync def f():\n{body}"))]);
    let mut command = sandbox.command(&["--output-format", "json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
    let mut first = [0; 1];
    let mut stdout = child.stdout.take().expect("it was asked for");
    stdout.read_exact(&mut first).expect("there is output");
    drop(stdout);
    let output = child.wait_with_output().expect("it ends");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.starts_with("found 1,000 findings in 1 file"), "{stderr}");
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error() {
    let sandbox = Sandbox::new(&[("a.py", NAP)]);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let output = sandbox.command(&[]).stdout(full).output().expect("the binary starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert_eq!(stderr, "error: cannot write to standard output: No space left on device (os error 28)\n");
}

#[test]
fn the_same_tree_gives_the_same_bytes() {
    let names: Vec<String> = (0..60).map(|n| format!("p{}/m{n}.py", n % 7)).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), NAP)).collect();
    let sandbox = Sandbox::new(&files);
    for mode in [&[][..], &["--diff"], &["--output-format", "json"], &["--output-format", "concise"]] {
        let outputs = ["1", "2", "8"].map(|threads| {
            let args = [mode, &["--threads", threads]].concat();
            sandbox.run(&args).expect(1, "there are findings")
        });
        assert!(outputs.iter().all(|output| *output == outputs[0]), "{mode:?}");
        let paths = outputs[0].stdout.lines().filter(|line| line.contains(".py"));
        assert!(paths.clone().count() >= 60, "{mode:?}");
    }
    let concise = sandbox.run(&["--output-format", "concise"]).stdout;
    let shown: Vec<&str> = concise.lines().map(|line| line.split(':').next().unwrap_or_default()).collect();
    assert!(shown.is_sorted(), "{shown:?}");
}
