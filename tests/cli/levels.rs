//! Which fixes are applied, and what is said of those that are not.

use crate::sandbox::{NAP, NAP_FIXED, Sandbox};

/// One finding with an unsafe fix.
const LOAD: &str =
    "import time\n\n\ndef load(n):\n    time.sleep(n)\n\n\nasync def handler():\n    load(1)\n";
const LOAD_FIXED: &str = "import asyncio\nimport time\n\n\ndef load(n):\n    time.sleep(n)\n\n\n\
                          async def handler():\n    await asyncio.to_thread(load, 1)\n";

/// The configuration, the arguments, the status, and whether the unsafe fix is applied.
const CASES: &[(&str, &[&str], i32, bool)] = &[
    ("", &["--write"], 1, false),
    ("", &["--write", "--unsafe-fixes"], 0, true),
    ("unsafe-fixes = true\n", &["--write"], 0, true),
    ("unsafe-fixes = true\n", &["--write", "--no-unsafe-fixes"], 1, false),
    ("unsafe-fixes = false\n", &["--write", "--unsafe-fixes"], 0, true),
    ("", &["--write", "--exit-zero"], 0, false),
    ("", &["--diff"], 1, false),
];

#[test]
fn unsafe_fixes_are_applied_when_they_are_asked_for() {
    for (configuration, args, status, applied) in CASES {
        let sandbox = Sandbox::new(&[("asyncfix.toml", *configuration), ("a.py", LOAD), ("b.py", NAP)]);
        let what = format!("{configuration:?} {args:?}");
        sandbox.run(args).expect(*status, &what);
        assert_eq!(sandbox.text("a.py"), if *applied { LOAD_FIXED } else { LOAD }, "{what}");
        let writes = args.contains(&"--write");
        assert_eq!(sandbox.text("b.py"), if writes { NAP_FIXED } else { NAP }, "{what}");
    }
}

#[test]
fn a_diff_of_nothing_is_empty_and_says_what_is_held_back() {
    let sandbox = Sandbox::new(&[("a.py", LOAD)]);
    let ended = sandbox.run(&["--diff"]).expect(0, "nothing would change");
    assert_eq!(ended.stdout, "");
    let start = "nothing to fix, 1 finding left (1 file)\nheld back:\n      1 transitive-blocking: ";
    assert!(ended.stderr.starts_with(start), "{}", ended.stderr);
    assert!(ended.stderr.ends_with(" (--unsafe-fixes applies it)\n"), "{}", ended.stderr);
}
