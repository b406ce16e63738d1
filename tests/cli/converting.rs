//! Functions that become coroutine functions: in all files or in none.

use std::fs;

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

const HELPERS: &str = "import time\n\n\ndef load(n):\n    time.sleep(n)\n    return n\n";
const MAIN: &str = "from app.helpers import load\n\n\nasync def handler():\n    return load(1)\n";
const HELPERS_AFTER: &str =
    "import asyncio\n\n\nasync def load(n):\n    await asyncio.sleep(n)\n    return n\n";
const MAIN_AFTER: &str = "from app.helpers import load\n\n\nasync def handler():\n    return await load(1)\n";

fn project() -> Sandbox {
    Sandbox::new(&[
        ("pyproject.toml", "[project]\nname = 'app'\n"),
        ("app/__init__.py", ""),
        ("app/helpers.py", HELPERS),
        ("app/main.py", MAIN),
        // Nothing in it is asynchronous; it matters all the same.
        ("app/other.py", "def load(n):\n    return n\n\n\nprint(load(2))\n"),
    ])
}

#[test]
fn every_file_of_a_conversion_is_written() {
    let sandbox = project();
    let diff = sandbox.run(&["--select", "make-async", "--unsafe-fixes", "--diff", "-q"]);
    assert_eq!(diff.stdout.matches("+++ ").count(), 2, "{}", diff.stdout);
    sandbox.run(&["--select", "make-async", "--unsafe-fixes", "--write"]).expect(0, "all is converted");
    assert_eq!([sandbox.text("app/helpers.py"), sandbox.text("app/main.py")], [HELPERS_AFTER, MAIN_AFTER]);
    sandbox.run(&["--select", "make-async", "--unsafe-fixes", "--diff"]).expect(0, "nothing is left");
}

#[test]
fn only_those_who_ask_get_it() {
    let sandbox = project();
    for args in [&["--unsafe-fixes"][..], &["--select", "all", "--unsafe-fixes"]] {
        sandbox.run(&[args, &["--write"]].concat());
        assert_eq!(sandbox.text("app/helpers.py"), HELPERS, "{args:?}");
        sandbox.put("app/main.py", MAIN);
    }
    let safe = ["--select", "make-async", "--write"];
    sandbox.run(&safe).expect(1, "it is not safe");
    assert_eq!([sandbox.text("app/helpers.py"), sandbox.text("app/main.py")], [HELPERS, MAIN]);
}

#[test]
fn the_report_names_the_other_files() {
    let sandbox = project();
    let ended = sandbox.run(&["--select", "make-async", "--output-format", "json"]);
    let array: Value = serde_json::from_str(&ended.stdout).expect("it is JSON");
    let parts: Vec<(&Value, &Value)> = array
        .as_array()
        .expect("one array")
        .iter()
        .map(|finding| (&finding["filename"], &finding["fix"]["together_with"]))
        .collect();
    assert_eq!(
        parts,
        [
            (&json!("app/helpers.py"), &json!(["app/main.py"])),
            (&json!("app/main.py"), &json!(["app/helpers.py"])),
        ]
    );
}

#[test]
fn a_file_outside_of_the_given_paths_keeps_all_as_they_are() {
    let sandbox = project();
    let args = ["--select", "make-async", "--unsafe-fixes", "--write", "app/helpers.py"];
    let ended = sandbox.run(&args).expect(1, "the caller may not change");
    assert!(ended.stdout.contains("app/main.py would change too"), "{ended:?}");
    assert_eq!([sandbox.text("app/helpers.py"), sandbox.text("app/main.py")], [HELPERS, MAIN]);
}

#[test]
fn a_file_that_cannot_be_written_keeps_all_as_they_are() {
    let sandbox = project();
    let path = sandbox.path("app/helpers.py");
    let mut permissions = fs::metadata(&path).expect("it is there").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).expect("it is ours");
    let ended = sandbox.run(&["--select", "make-async", "--unsafe-fixes", "--write", "-q"]);
    ended.expect(2, "one of them is read-only");
    assert_eq!([sandbox.text("app/helpers.py"), sandbox.text("app/main.py")], [HELPERS, MAIN]);
    assert_eq!(sandbox.names("app").len(), 4, "no temporary file is left");
}

#[test]
fn one_function_can_be_named() {
    let sandbox = project();
    let other = "def plain():\n    return 3\n\n\ndef report():\n    print(plain())\n\n\nif __name__ == \"__main__\":\n    report()\n";
    sandbox.put("app/other.py", other);
    let args = ["--make-async", "app.other:plain", "--unsafe-fixes", "--write"];
    sandbox.run(&[&args[..], &["--select", "make-async"]].concat()).expect(0, "it and its caller");
    let after = "import asyncio\n\nasync def plain():\n    return 3\n\n\nasync def report():\n    print(await plain())\n\n\nif __name__ == \"__main__\":\n    asyncio.run(report())\n";
    assert_eq!(sandbox.text("app/other.py"), after);
    assert_eq!(sandbox.text("app/helpers.py"), HELPERS, "nobody named it");
    let ended = sandbox.run(&["--make-async", "app.other:nothing"]).expect(2, "there is none");
    assert!(ended.stderr.contains("no function of this name is in the project"), "{}", ended.stderr);
}
