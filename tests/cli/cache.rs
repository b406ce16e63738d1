//! What is kept between runs: it never changes what a run finds, whatever becomes of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use crate::sandbox::{NAP, NAP_FIXED, Sandbox, finish};

const HELPERS: &str = "import time\n\n\ndef load(n):\n    time.sleep(n)\n    return n\n";
const QUICK_HELPERS: &str = "def load(n):\n    return n\n";
const MAIN: &str = "from app.helpers import load\n\n\nasync def handler():\n    return load(1)\n";
const JSON: [&str; 3] = ["--output-format", "json", "app"];

fn project() -> Sandbox {
    Sandbox::new(&[
        ("pyproject.toml", "[project]\nname = 'app'\n"),
        ("app/__init__.py", ""),
        ("app/helpers.py", HELPERS),
        ("app/main.py", MAIN),
        ("app/nap.py", NAP),
        ("app/broken.py", "async def broken(:\n"),
    ])
}

/// Runs over the project, with the cache in `cache` or, for `None`, without one: stdout and the status.
fn found(sandbox: &Sandbox, cache: Option<&str>, args: &[&str]) -> (String, Option<i32>) {
    let mut all = args.to_vec();
    match cache {
        Some(cache) => all.extend(["--cache-dir", cache]),
        None => all.push("--no-cache"),
    }
    let ended = sandbox.run(&all);
    (ended.stdout, ended.status)
}

/// The files in the cache that end so, with the time of their last change.
fn kept(sandbox: &Sandbox, extension: &str) -> Vec<(PathBuf, SystemTime)> {
    let entries = fs::read_dir(sandbox.path("cache")).expect("the cache is there");
    let paths = entries.map(|entry| entry.expect("it can be listed").path());
    let wanted = paths.filter(|path| path.extension().is_some_and(|found| found == extension));
    wanted.map(|path| (path.clone(), modified(&path))).collect()
}

fn modified(path: &Path) -> SystemTime {
    fs::metadata(path).and_then(|metadata| metadata.modified()).expect("it has a time")
}

/// A file that changed just now may change again unseen, so only what is older is trusted.
fn settle() {
    thread::sleep(Duration::from_millis(2_100));
}

#[test]
fn a_warm_run_finds_what_a_cold_one_does() {
    let sandbox = project();
    settle();
    let cold = found(&sandbox, None, &JSON);
    assert_eq!(cold.1, Some(2), "one file is broken");
    assert!(cold.0.contains("transitive-blocking") && cold.0.contains("time-sleep"), "{}", cold.0);
    assert_eq!(found(&sandbox, Some("cache"), &JSON), cold, "the run that fills the cache");
    let result = kept(&sandbox, "result");
    assert_eq!(result.len(), 1, "{result:?}");
    assert_eq!(found(&sandbox, Some("cache"), &JSON), cold, "the run that is served from it");
    assert_eq!(kept(&sandbox, "result"), result, "nothing new was found out");
    // The same summaries serve another kind of run.
    let diff = ["--diff", "app"];
    assert_eq!(found(&sandbox, Some("cache"), &diff), found(&sandbox, None, &diff));
    assert_eq!(sandbox.names(""), ["app", "cache", "pyproject.toml"], "the project is left alone");
}

#[test]
fn a_change_is_seen_at_once() {
    let sandbox = project();
    settle();
    let before = found(&sandbox, Some("cache"), &JSON);
    // In a file nobody else asks about, in a helper, in the configuration, and back again.
    for (path, content) in [
        ("app/nap.py", NAP_FIXED),
        ("app/helpers.py", QUICK_HELPERS),
        ("app/new.py", NAP),
        ("pyproject.toml", "[project]\nname = 'app'\n[tool.asyncfix]\nignore = ['time-sleep']\n"),
        ("app/helpers.py", HELPERS),
    ] {
        sandbox.put(path, content);
        let cold = found(&sandbox, None, &JSON);
        assert_ne!(cold, before, "{path} makes a difference");
        assert_eq!(found(&sandbox, Some("cache"), &JSON), cold, "{path} changed");
        assert_eq!(found(&sandbox, Some("cache"), &JSON), cold, "{path} changed, seen again");
    }
    fs::remove_file(sandbox.path("app/helpers.py")).expect("it can be removed");
    assert_eq!(found(&sandbox, Some("cache"), &JSON), found(&sandbox, None, &JSON), "a file is gone");
}

#[test]
fn other_paths_get_other_results() {
    let sandbox = project();
    settle();
    for _ in 0..2 {
        for paths in [&["app/main.py"][..], &["app/helpers.py"], &["app/nap.py", "app/main.py"], &["app"]] {
            let args = [&["--output-format", "json"], paths].concat();
            assert_eq!(found(&sandbox, Some("cache"), &args), found(&sandbox, None, &args), "{paths:?}");
        }
    }
}

#[test]
fn a_damaged_cache_is_passed_over() {
    let sandbox = project();
    settle();
    let cold = found(&sandbox, None, &JSON);
    let damages: [fn(&mut Vec<u8>); 5] = [
        |bytes| bytes.clear(),
        |bytes| bytes.truncate(bytes.len() / 2),
        |bytes| bytes.iter_mut().skip(16).for_each(|byte| *byte ^= 0x55),
        |bytes| bytes[8] ^= 1,
        |bytes| bytes.extend_from_within(..),
    ];
    for (number, damage) in damages.into_iter().enumerate() {
        assert_eq!(found(&sandbox, Some("cache"), &JSON), cold);
        for extension in ["result", "summaries"] {
            for (path, _) in kept(&sandbox, extension) {
                let mut bytes = fs::read(&path).expect("it can be read");
                damage(&mut bytes);
                fs::write(&path, bytes).expect("it can be written");
            }
        }
        assert_eq!(found(&sandbox, Some("cache"), &JSON), cold, "damage {number}");
    }
    // A single damaged summary costs one file's parsing.
    for (path, _) in kept(&sandbox, "summaries") {
        let mut bytes = fs::read(&path).expect("it can be read");
        bytes[24] ^= 1;
        fs::write(&path, bytes).expect("it can be written");
    }
    for (path, _) in kept(&sandbox, "result") {
        fs::remove_file(path).expect("it can be removed");
    }
    assert_eq!(found(&sandbox, Some("cache"), &JSON), cold, "one byte of a summary");
}

#[test]
fn a_cache_that_cannot_be_written_costs_nothing_but_time() {
    let sandbox = project();
    sandbox.put("occupied", "a file, not a folder\n");
    let cold = found(&sandbox, None, &JSON);
    assert_eq!(found(&sandbox, Some("occupied"), &JSON), cold);
    assert_eq!(found(&sandbox, Some("occupied/inside"), &JSON), cold);
    assert_eq!(sandbox.text("occupied"), "a file, not a folder\n");
}

#[test]
fn runs_at_the_same_time_share_a_cache() {
    let sandbox = project();
    settle();
    let cold = found(&sandbox, None, &JSON);
    thread::scope(|scope| {
        let runs: Vec<_> = (0..6).map(|_| scope.spawn(|| found(&sandbox, Some("cache"), &JSON))).collect();
        for run in runs {
            assert_eq!(run.join().expect("the run ends"), cold);
        }
    });
    assert!(kept(&sandbox, "result").len() == 1 && kept(&sandbox, "summaries").len() == 1);
    let left: Vec<String> = sandbox.names("cache").into_iter().filter(|name| name.starts_with('.')).collect();
    assert_eq!(left, [""; 0], "no unfinished file is left");
}

#[test]
fn a_rewrite_is_not_taken_from_the_cache() {
    let sandbox = project();
    settle();
    let report = found(&sandbox, Some("cache"), &JSON);
    assert!(report.0.contains("time-sleep"));
    found(&sandbox, Some("cache"), &["--write", "app"]);
    assert_eq!(sandbox.text("app/nap.py"), NAP_FIXED);
    sandbox.put("app/nap.py", NAP);
    found(&sandbox, Some("cache"), &["--write", "app"]);
    assert_eq!(sandbox.text("app/nap.py"), NAP_FIXED, "the second time too");
}

#[test]
fn the_environment_can_say_so_too() {
    let sandbox = project();
    for (value, is_kept) in [("1", false), ("true", false), ("0", true), ("", true)] {
        let mut command = sandbox.command(&["--quiet", "app"]);
        command.env("ASYNCFIX_NO_CACHE", value).env("ASYNCFIX_CACHE_DIR", sandbox.path("kept"));
        assert_eq!(finish(command, b"").status, Some(2), "{value:?}: one file is broken");
        assert_eq!(sandbox.path("kept").exists(), is_kept, "{value:?}");
        let _ = fs::remove_dir_all(sandbox.path("kept"));
    }
}
