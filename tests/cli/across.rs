//! Changes that lie in several files besides conversions: clients that they share, and the module of their helpers.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

const CLIENTS: &str = "import redis\n\ncache = redis.Redis()\n";
const USERS: &str = "from app.clients import cache\n\n\nasync def name(key):\n    return cache.get(key)\n";
const CLIENTS_AFTER: &str = "import redis.asyncio as redis\n\ncache = redis.Redis()\n";
const USERS_AFTER: &str =
    "from app.clients import cache\n\n\nasync def name(key):\n    return await cache.get(key)\n";

const TOOLS: &str = "\"\"\"Tools.\"\"\"\n";
const MAIN: &str = "import asyncio\n\n\nasync def fetch(url):\n    await asyncio.sleep(1)\n\n\nasync def crawl(urls):\n    await asyncio.gather(*[fetch(url) for url in urls])\n";

fn shop() -> Sandbox {
    Sandbox::new(&[
        ("pyproject.toml", "[project]\nname = 'app'\n"),
        ("app/__init__.py", ""),
        ("app/clients.py", CLIENTS),
        ("app/users.py", USERS),
    ])
}

fn crawler() -> Sandbox {
    Sandbox::new(&[
        ("pyproject.toml", "[project]\nname = 'app'\n[tool.asyncfix]\nhelper-module = 'app.tools'\n"),
        ("app/__init__.py", ""),
        ("app/main.py", MAIN),
        ("app/tools.py", TOOLS),
    ])
}

fn make_read_only(path: &Path) {
    let mut permissions = fs::metadata(path).expect("it is there").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(path, permissions).expect("it is ours");
}

/// The file of each finding, and the files that its fix goes with.
fn together(sandbox: &Sandbox, args: &[&str]) -> Vec<(Value, Value)> {
    let ended = sandbox.run(&[args, &["--output-format", "json"]].concat());
    let array: Value = serde_json::from_str(&ended.stdout).expect("it is JSON");
    let findings = array.as_array().expect("one array").iter();
    findings.map(|found| (found["filename"].clone(), found["fix"]["together_with"].clone())).collect()
}

#[test]
fn a_report_without_edits_says_what_would_ask_the_other_files() {
    let own = format!("{CLIENTS}\n\nasync def put(key):\n    cache.set(key, 1)\n");
    let sandbox = shop();
    sandbox.put("app/clients.py", own);
    let says = "only with `--unsafe-fixes` are they asked to change with it";
    let report = |args: &[&str]| sandbox.run(&[&["--select", "sync-client"], args].concat()).stdout;
    assert!(report(&[]).contains(says), "{}", report(&[]));
    assert!(!report(&["--unsafe-fixes"]).contains(says), "{}", report(&["--unsafe-fixes"]));
}

#[test]
fn a_client_changes_in_every_file() {
    let sandbox = shop();
    sandbox.run(&["--write"]).expect(1, "it is not safe");
    assert_eq!([sandbox.text("app/clients.py"), sandbox.text("app/users.py")], [CLIENTS, USERS]);
    let parts = [
        (json!("app/clients.py"), json!(["app/users.py"])),
        (json!("app/users.py"), json!(["app/clients.py"])),
    ];
    assert_eq!(together(&sandbox, &["--select", "sync-client"]), parts);
    let diff = sandbox.run(&["--unsafe-fixes", "--diff", "-q"]);
    assert_eq!(diff.stdout.matches("+++ ").count(), 2, "{}", diff.stdout);
    sandbox.run(&["--unsafe-fixes", "--write"]).expect(0, "all is changed");
    assert_eq!([sandbox.text("app/clients.py"), sandbox.text("app/users.py")], [CLIENTS_AFTER, USERS_AFTER]);
    sandbox.run(&["--unsafe-fixes", "--diff"]).expect(0, "nothing is left");
}

#[test]
fn a_client_stays_where_one_of_its_files_has_to() {
    let sandbox = shop();
    let args = ["--unsafe-fixes", "--write", "app/users.py"];
    sandbox.run(&args).expect(0, "a thread will do");
    let text = sandbox.text("app/users.py");
    assert!(text.contains("asyncio.to_thread(cache.get, key)"), "{text}");
    assert_eq!(sandbox.text("app/clients.py"), CLIENTS);

    let sandbox = shop();
    make_read_only(&sandbox.path("app/clients.py"));
    sandbox.run(&["--unsafe-fixes", "--write", "-q"]).expect(2, "one of them is read-only");
    assert_eq!([sandbox.text("app/clients.py"), sandbox.text("app/users.py")], [CLIENTS, USERS]);
}

#[test]
fn a_helper_is_there_before_it_is_imported() {
    let sandbox = crawler();
    let parts = [(json!("app/main.py"), json!(["app/tools.py"])), (json!("app/tools.py"), Value::Null)];
    assert_eq!(together(&sandbox, &[]), parts);
    sandbox.run(&["--write"]).expect(0, "one run does it");
    assert!(sandbox.text("app/main.py").contains("from app.tools import gather_bounded\n"));
    assert!(sandbox.text("app/tools.py").contains("\nasync def gather_bounded("));
    sandbox.run(&["--diff"]).expect(0, "nothing is left");
}

#[test]
fn a_helper_that_cannot_be_is_not_imported() {
    let sandbox = crawler();
    let ended = sandbox.run(&["--write", "app/main.py"]).expect(1, "the module may not change");
    assert!(ended.stdout.contains("rewrite that first"), "{ended:?}");
    assert_eq!(sandbox.text("app/main.py"), MAIN);
    make_read_only(&sandbox.path("app/tools.py"));
    sandbox.run(&["--write", "-q"]).expect(2, "it cannot be written");
    assert_eq!([sandbox.text("app/main.py"), sandbox.text("app/tools.py")], [MAIN, TOOLS]);
}

#[test]
fn who_calls_a_function_is_asked_for_unsafe_fixes() {
    let clock = "import asyncio\n\n\ndef now():\n    return asyncio.get_event_loop().time()\n";
    let main = "from app.clock import now\n\n\nasync def main():\n    return now()\n";
    let sandbox = Sandbox::new(&[
        ("pyproject.toml", "[project]\nname = 'app'\n"),
        ("app/__init__.py", ""),
        ("app/clock.py", clock),
        ("app/main.py", main),
    ]);
    let ended = sandbox.run(&[]).expect(1, "it is found");
    assert!(ended.stdout.contains("with `--unsafe-fixes` every file is asked"), "{ended:?}");
    sandbox.run(&["--unsafe-fixes", "--write"]).expect(0, "only a coroutine calls it");
    assert_eq!(sandbox.text("app/clock.py"), clock.replace("get_event_loop", "get_running_loop"));
}
