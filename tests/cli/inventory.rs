//! `--inventory`: what is counted, and how it is shown.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::sandbox::{NAP, Sandbox};
use crate::shown::snapshot;

const MAIN: &str = "\
import asyncio

from bot.aio import gather_all
from bot.store import load, save

lock = asyncio.Lock()


async def handle(name):
    async with lock:
        row = load(name)
    await save(row)


async def idle():
    await asyncio.sleep(1)


async def serve(names):
    asyncio.create_task(idle())
    async with asyncio.TaskGroup() as group:
        group.create_task(handle(names[0]))
    async for name in names:
        print([await handle(name) for name in names])
    await gather_all(*[handle(name) for name in names])


asyncio.run(serve([]))
";

const STORE: &str = "\
import requests


def load(name):
    return requests.get(name, timeout=1).json()


async def save(row):
    pass
";

fn project() -> Sandbox {
    Sandbox::new(&[
        ("pyproject.toml", "[project]\nname = 'bot'\nrequires-python = '>=3.11'\n"),
        ("bot/__init__.py", ""),
        ("bot/aio.py", "from asyncio import gather as gather_all\n"),
        ("bot/main.py", MAIN),
        ("bot/store.py", STORE),
    ])
}

#[test]
fn a_project_of_a_hundred_files_fits_a_screen() {
    let sandbox = project();
    for number in 0..100 {
        let mut text = NAP.to_owned();
        for function in 0..number / 7 {
            let _ = writeln!(text, "async def f{function}(x):\n    await x");
        }
        sandbox.put(&format!("bot/handlers/with_a_rather_long_name_{number:02}.py"), text);
    }
    let ended = sandbox.run(&["--inventory"]).expect(0, "an inventory finds nothing wrong");
    assert!(ended.stdout.lines().count() <= 24, "{}", ended.stdout);
    assert!(ended.stdout.lines().all(|line| line.chars().count() <= 100), "{}", ended.stdout);
    assert_eq!(ended.stderr, "");
    snapshot("cli-inventory", &format!("$ asyncfix --inventory\n{}", ended.stdout));
}

#[test]
fn json_lists_every_thing() {
    let sandbox = project();
    let ended = sandbox.run(&["--inventory", "--output-format", "json"]).expect(0, "json");
    let whole: Value = serde_json::from_str(&ended.stdout).expect("it is JSON");
    assert_eq!(
        whole["totals"],
        json!({
            "async_function": 4,
            "await": 7,
            "gather": 1,
            "task_group": 1,
            "create_task": 2,
            "run": 1,
            "lock": 1,
            "blocking_call": 1,
            "reaching_blocking": 2,
            "reaching_blocking_share": 0.5,
        })
    );
    assert_eq!(whole["files"], 4);
    let modules = whole["modules"].as_array().expect("it has modules");
    let names: Vec<&Value> = modules.iter().map(|module| &module["module"]).collect();
    assert_eq!(names, ["bot.main", "bot.store"], "the largest first, those with nothing left out");
    assert_eq!(modules[1]["filename"], "bot/store.py");
    assert_eq!(
        modules[1]["things"],
        json!([
            {"kind": "blocking_call", "name": "requests.get", "function": "bot.store.load", "row": 5},
            {"kind": "async_function", "name": "save", "function": "bot.store.save", "row": 8,
             "reaches_blocking": false},
        ])
    );
    let things = modules[0]["things"].as_array().expect("they have things");
    let of = |kind: &str| things.iter().filter(|thing| thing["kind"] == kind).collect::<Vec<_>>();
    let gather = json!({"kind": "gather", "name": "asyncio.gather", "function": "bot.main.serve", "row": 25});
    assert_eq!(of("gather"), [&gather]);
    // Through a plain function of another file, and through a coroutine that calls it.
    let reaching: Vec<&Value> = of("async_function").iter().map(|thing| &thing["reaches_blocking"]).collect();
    assert_eq!(reaching, [true, false, true]);
    assert_eq!(of("lock")[0]["function"], "bot.main", "at the top it is the module");
}

#[test]
fn its_status_is_that_of_reading() {
    let cases: &[(&str, &str, &[&str], i32)] = &[
        ("a.py", NAP, &[], 0),
        ("a.py", "", &[], 0),
        ("a.py", "async def f(:\n", &[], 2),
        ("a.py", NAP, &["missing.py"], 2),
        ("a.py", NAP, &["--output-format", "github"], 2),
        ("a.py", NAP, &["--write"], 2),
        ("a.py", NAP, &["--list"], 2),
    ];
    for (path, text, args, status) in cases {
        let sandbox = Sandbox::new(&[(path, text)]);
        let ended = sandbox.run(&[&["--inventory"], *args].concat()).expect(*status, &format!("{args:?}"));
        assert_eq!(ended.stderr.is_empty(), *status == 0, "{}", ended.stderr);
        assert_eq!(sandbox.text(path), *text);
    }
}
