//! What `--write` does to files, and what keeps it from doing it.

use std::fs;
use std::process::Command;

use crate::sandbox::{NAP, NAP_FIXED, Sandbox, binary, finish};

#[test]
fn a_second_run_finds_and_changes_nothing() {
    let sandbox = Sandbox::new(&[("a.py", NAP)]);
    sandbox.run(&["--write"]).expect(0, "it is fixed");
    assert_eq!(sandbox.text("a.py"), NAP_FIXED);
    let again = sandbox.run(&["--write"]).expect(0, "nothing is left");
    assert_eq!(again.stdout, "");
    assert_eq!(sandbox.text("a.py"), NAP_FIXED);
}

#[test]
fn report_and_diff_change_nothing() {
    let sandbox = Sandbox::new(&[("a.py", NAP)]);
    for args in [&[][..], &["--diff"], &["--output-format", "json"]] {
        sandbox.run(args).expect(1, "there is a finding");
        assert_eq!(sandbox.text("a.py"), NAP);
    }
    assert_eq!(sandbox.names(""), ["a.py"]);
}

#[test]
fn only_what_was_asked_for_is_written() {
    let sandbox = Sandbox::new(&[("pyproject.toml", ""), ("a/a.py", NAP), ("b/b.py", NAP)]);
    let ended = sandbox.run(&["--write", "a"]).expect(0, "a is fixed");
    assert_eq!(sandbox.text("a/a.py"), NAP_FIXED);
    assert_eq!(sandbox.text("b/b.py"), NAP);
    assert!(ended.stdout.starts_with("a/a.py:5:5: time-sleep fixed: "), "{}", ended.stdout);
}

#[cfg(unix)]
#[test]
fn permissions_stay() {
    use std::os::unix::fs::PermissionsExt as _;
    for mode in [0o755, 0o600, 0o664] {
        let sandbox = Sandbox::new(&[("a.py", NAP)]);
        fs::set_permissions(sandbox.path("a.py"), fs::Permissions::from_mode(mode)).expect("it is ours");
        sandbox.run(&["--write"]).expect(0, "it is fixed");
        let now = fs::metadata(sandbox.path("a.py")).expect("it is there").permissions().mode() & 0o7777;
        assert_eq!(format!("{now:o}"), format!("{mode:o}"));
        assert_eq!(sandbox.text("a.py"), NAP_FIXED);
    }
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_its_target_is_written() {
    let sandbox = Sandbox::new(&[("real/a.py", NAP)]);
    std::os::unix::fs::symlink("real/a.py", sandbox.path("link.py")).expect("links can be made");
    let ended = sandbox.run(&["--write", "link.py"]).expect(0, "it is fixed");
    assert!(ended.stdout.starts_with("link.py:5:5: "), "{}", ended.stdout);
    assert!(fs::symlink_metadata(sandbox.path("link.py")).expect("it is there").is_symlink());
    assert_eq!(sandbox.text("real/a.py"), NAP_FIXED);
    // Given both ways it is one file still.
    sandbox.put("real/a.py", NAP);
    let ended = sandbox.run(&["--write", "link.py", "real/a.py"]).expect(0, "it is fixed once");
    assert_eq!(ended.stdout.lines().count(), 1, "{}", ended.stdout);
}

#[cfg(unix)]
#[test]
fn a_read_only_file_is_left_alone_and_named() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = Sandbox::new(&[("a.py", NAP), ("b.py", NAP)]);
    fs::set_permissions(sandbox.path("a.py"), fs::Permissions::from_mode(0o444)).expect("it is ours");
    let ended = sandbox.run(&["--write"]).expect(2, "a file could not be written");
    let expected =
        "error: a.py: the file is read-only; it was left unchanged: make it writable and run again\n";
    assert!(ended.stderr.contains(expected), "{}", ended.stderr);
    assert_eq!(sandbox.text("a.py"), NAP);
    assert_eq!(sandbox.text("b.py"), NAP_FIXED);
}

/// No file can be made or replaced in the folder. Permissions do not hold root back, so for root the binary runs as
/// nobody.
#[cfg(unix)]
#[test]
fn a_read_only_folder_loses_nothing() {
    use std::os::unix::fs::PermissionsExt as _;
    let allow = |path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
    let sandbox = Sandbox::new(&[("pkg/a.py", NAP), ("free/b.py", NAP)]);
    allow(sandbox.path(""), 0o755);
    allow(sandbox.path("pkg"), 0o555);
    allow(sandbox.path("free"), 0o777);
    let is_root = fs::write(sandbox.path("pkg/probe"), "").is_ok();
    let ended = if is_root {
        fs::remove_file(sandbox.path("pkg/probe")).expect("root may");
        fs::copy(binary(), sandbox.path("asyncfix")).expect("the binary can be read");
        let as_nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "./asyncfix", "--write"];
        if Command::new("setpriv").arg("--version").output().is_err() {
            println!("skipped: root writes everywhere, and there is no setpriv to be somebody else");
            return;
        }
        finish(sandbox.prepare(Command::new("setpriv"), &[&as_nobody[..], &["pkg", "free"]].concat()), b"")
    } else {
        sandbox.run(&["--write", "pkg", "free"])
    };
    allow(sandbox.path("pkg"), 0o755);
    let ended = ended.expect(2, "a file could not be written");
    let expected = "error: pkg/a.py: cannot make a temporary file beside it (permission denied); it was left \
                    unchanged\n";
    assert!(ended.stderr.contains(expected), "{}", ended.stderr);
    assert_eq!(sandbox.text("pkg/a.py"), NAP);
    assert_eq!(sandbox.names("pkg"), ["a.py"]);
    assert_eq!(sandbox.text("free/b.py"), NAP_FIXED, "the others are done");
}

/// The disk is full as far as the process can tell: it may not make a file longer than nothing.
#[cfg(unix)]
#[test]
fn a_full_disk_loses_nothing() {
    let sandbox = Sandbox::new(&[("a.py", NAP)]);
    let script = "trap '' XFSZ; ulimit -f 0; exec \"$0\" --write a.py";
    let binary = binary().to_str().expect("cargo's paths are text");
    let ended = finish(sandbox.prepare(Command::new("sh"), &["-c", script, binary]), b"");
    let ended = ended.expect(2, "nothing can be written");
    assert!(ended.stderr.contains("error: a.py: cannot write the new content ("), "{}", ended.stderr);
    assert!(ended.stderr.contains("); it was left unchanged\n"), "{}", ended.stderr);
    assert_eq!(sandbox.text("a.py"), NAP);
    assert_eq!(sandbox.names(""), ["a.py"]);
}

#[test]
fn write_and_diff_does_both() {
    let sandbox = Sandbox::new(&[("a.py", NAP)]);
    let diff = sandbox.run(&["--diff"]).expect(1, "there is a diff");
    let both = sandbox.run(&["--diff", "--write"]).expect(0, "it is fixed");
    assert_eq!(diff.stdout, both.stdout);
    assert_eq!(sandbox.text("a.py"), NAP_FIXED);
}
