//! Exit status: the contract of every mode.

use crate::sandbox::{FINE, NAP, Sandbox};

const BROKEN: &str = "async def broken(:\n    pass\n";

/// Names and contents.
type Files = &'static [(&'static str, &'static str)];

/// What lies in the folder, the arguments, and the exit status.
const CASES: &[(Files, &[&str], i32)] = &[
    (&[("a.py", FINE)], &[], 0),
    (&[("a.py", FINE)], &["--diff"], 0),
    (&[("a.py", FINE)], &["--write"], 0),
    (&[("a.py", NAP)], &[], 1),
    (&[("a.py", NAP)], &["a.py"], 1),
    (&[("a.py", NAP)], &["--exit-zero"], 0),
    (&[("a.py", NAP)], &["--diff"], 1),
    (&[("a.py", NAP)], &["--diff", "--exit-zero"], 0),
    (&[("a.py", NAP)], &["--write"], 0),
    (&[("a.py", NAP)], &["--write", "--diff"], 0),
    (&[("a.py", NAP)], &["--ignore", "time-sleep"], 0),
    (&[("a.py", NAP)], &["--select", "transitive-blocking"], 0),
    (&[("a.py", NAP)], &["--select", "all"], 1),
    (&[("a.py", NAP), ("b.py", BROKEN)], &[], 2),
    (&[("a.py", NAP), ("b.py", BROKEN)], &["--exit-zero"], 2),
    (&[("a.py", NAP), ("b.py", BROKEN)], &["--diff"], 2),
    (&[("a.py", NAP), ("b.py", BROKEN)], &["--write"], 2),
    (&[("a.py", NAP), ("b.py", BROKEN)], &["a.py"], 1),
    (&[("a.py", FINE)], &["missing.py"], 2),
    (&[("a.py", FINE)], &["--no-such-flag"], 2),
    (&[("a.py", FINE)], &["--select", "no-such-codemod"], 2),
    (&[("a.py", FINE)], &["--output-format", "xml"], 2),
    (&[("a.py", FINE)], &["--target-version", "2.7"], 2),
    (&[("a.py", FINE)], &["--threads", "0"], 2),
    (&[("a.py", FINE)], &["-", "a.py"], 2),
    (&[("a.py", FINE)], &["--list", "--diff"], 2),
    (&[("a.py", FINE)], &["--explain", "no-such-codemod"], 2),
    (&[("a.py", FINE)], &["--config", "missing.toml"], 2),
    (&[("notes.txt", "nothing")], &[], 0),
    (&[], &["--help"], 0),
    (&[], &["--version"], 0),
    (&[], &["--list"], 0),
    (&[], &["--explain", "time-sleep"], 0),
];

#[test]
fn every_way_to_end_has_its_status() {
    for (files, args, status) in CASES {
        let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
        Sandbox::new(files).run(args).expect(*status, &format!("{names:?} {args:?}"));
    }
}

#[test]
fn one_bad_file_does_not_keep_the_others_from_being_done() {
    let sandbox = Sandbox::new(&[("a.py", NAP), ("b.py", BROKEN), ("c.py", NAP)]);
    let ended =
        sandbox.run(&["--write", "missing.py", "a.py", "b.py", "c.py"]).expect(2, "two paths are bad");
    assert_eq!(sandbox.text("a.py"), FINE);
    assert_eq!(sandbox.text("c.py"), FINE);
    assert_eq!(sandbox.text("b.py"), BROKEN);
    assert!(ended.stderr.contains("error: b.py:1:18: syntax error: "), "{}", ended.stderr);
    assert!(ended.stderr.contains("error: missing.py: no such file or directory\n"), "{}", ended.stderr);
}
