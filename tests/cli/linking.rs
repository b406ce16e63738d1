//! Calls followed from file to file, whatever part of the project was asked about.

use serde_json::{Value, json};

use crate::sandbox::{Ended, Sandbox};

const HELPERS: &str = "import time\n\n\ndef load(n):\n    time.sleep(n)\n    return n\n";
const MAIN: &str = "from app.helpers import load\n\n\nasync def handler():\n    return load(1)\n";

fn project() -> Sandbox {
    Sandbox::new(&[
        ("pyproject.toml", "[project]\nname = 'app'\n"),
        ("app/__init__.py", ""),
        ("app/helpers.py", HELPERS),
        ("app/main.py", MAIN),
    ])
}

#[test]
fn a_helper_in_a_file_nobody_asked_about_is_seen() {
    let sandbox = project();
    for (args, status) in [
        (&["--output-format", "concise"][..], 1),
        (&["--output-format", "concise", "app/main.py"], 1),
        (&["--output-format", "concise", "app/helpers.py"], 0),
        (&["--output-format", "concise", "--isolated", "app/main.py"], 0),
        (&["--output-format", "concise", "--isolated", "app"], 1),
    ] {
        let ended = sandbox.run(args).expect(status, &format!("{args:?}"));
        let starts = ended.stdout.starts_with("app/main.py:5:12: transitive-blocking ");
        assert_eq!(starts, status == 1, "{args:?}: {}", ended.stdout);
    }
}

/// A file in which nothing can be found is read only when a call leads there, and then its errors are its own.
#[test]
fn a_broken_file_nobody_asked_about_is_no_error() {
    let sandbox = project();
    sandbox.put("app/helpers.py", "def load(n:\n");
    sandbox.run(&["app/main.py"]).expect(0, "the helper cannot be followed");
    let ended = sandbox.run(&["app"]).expect(2, "now it was asked about");
    assert!(ended.stderr.starts_with("error: app/helpers.py:"), "{}", ended.stderr);
}

#[test]
fn the_path_of_calls_is_shown_from_the_current_folder() {
    let sandbox = project();
    let mut command = sandbox.command(&["--output-format", "json", "--quiet"]);
    let output = command.current_dir(sandbox.path("app")).output().expect("the binary starts");
    let array: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    assert_eq!(
        array[0]["chain"],
        json!([
            {"function": "app.main.handler", "filename": "main.py", "row": 5},
            {"function": "app.helpers.load", "filename": "helpers.py", "row": 5},
            {"function": "time.sleep", "filename": "", "row": 0},
        ])
    );
    assert_eq!(array[0]["filename"], "main.py");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "--quiet leaves out the summary");
}

#[test]
fn standard_input_takes_the_place_of_its_file() {
    let sandbox = project();
    let changed = HELPERS.replace("time.sleep(n)", "n += 1");
    let ended = |text: &str, name: &str| -> Ended {
        sandbox.run_with_stdin(&["-", "--stdin-filename", name, "--output-format", "concise"], text)
    };
    ended(MAIN, "app/main.py").expect(1, "the helper on disk blocks");
    ended(&changed, "app/helpers.py").expect(0, "only what came in is reported");
    ended(MAIN, "app/new.py").expect(1, "a file that is not there yet can be named too");
}

/// Files that lead to one another in every way, so that what is learned of one depends on others.
fn tangle() -> Vec<(String, String)> {
    let header = "import asyncio\nimport time\nimport requests\n";
    let mut files =
        vec![("pyproject.toml".to_owned(), String::new()), ("pkg/__init__.py".to_owned(), String::new())];
    for n in 0..12 {
        let (next, over) = ((n + 1) % 12, (n + 5) % 12);
        let text = format!(
            "{header}from pkg import m{next:02}\nfrom pkg.m{over:02} import load as other\n\n\n\
             def load(key, path=None):\n    if path is not None:\n        open(path)\n    \
             return m{next:02}.load(key) if key else requests.get(key)\n\n\n\
             async def serve(urls):\n    load(1)\n    other(2, path='x')\n    time.sleep(1)\n    m{next:02}.serve([])\n    \
             asyncio.create_task(m{over:02}.serve(urls))\n    \
             return await asyncio.gather(*[m{next:02}.serve([url]) for url in urls])\n"
        );
        files.push((format!("pkg/m{n:02}.py"), text));
    }
    files
}

#[test]
fn neither_the_order_of_the_files_nor_the_threads_make_a_difference() {
    let files = tangle();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let sandbox = Sandbox::new(&files);
    let mut paths: Vec<&str> =
        files.iter().map(|(path, _)| *path).filter(|path| path.ends_with(".py")).collect();
    let mut first: Option<String> = None;
    for round in 0..6 {
        let threads = ["1", "2", "5"][round % 3];
        let options = ["--output-format", "json", "--select", "all", "--extend-select", "make-async", "-q"];
        let ended = sandbox.run(&[&options[..], &["--threads", threads], &paths].concat());
        let found: Value = serde_json::from_str(&ended.stdout).expect("it is JSON");
        assert!(
            found.as_array().is_some_and(|array| array.len() > 40),
            "there is much to find: {}",
            ended.stdout
        );
        match &first {
            None => first = Some(ended.stdout),
            Some(first) => assert!(*first == ended.stdout, "round {round} differs: {paths:?}"),
        }
        if round % 2 == 0 {
            paths.reverse();
        } else {
            paths.rotate_left(5);
        }
    }
    let folder = sandbox.run(&[
        "--output-format",
        "json",
        "--select",
        "all",
        "--extend-select",
        "make-async",
        "-q",
        ".",
    ]);
    assert_eq!(first, Some(folder.stdout), "the folder holds the same files");
}

/// Two ways of taking locks clash: each is shown for itself.
#[test]
fn both_paths_of_an_inversion_are_shown() {
    let bank = "import asyncio\n\nfrom app import journal\n\nmoney = asyncio.Lock()\n\n\nasync def pay():\n    \
                async with money:\n        await journal.write()\n\n\nasync def balance():\n    async with money:\n        \
                return 3\n";
    let journal = "import asyncio\n\nfrom app import bank\n\nlog = asyncio.Lock()\n\n\nasync def write():\n    \
                   async with log:\n        print(1)\n\n\nasync def audit():\n    async with log:\n        \
                   return await bank.balance()\n";
    let sandbox =
        Sandbox::new(&[("app/__init__.py", ""), ("app/bank.py", bank), ("app/journal.py", journal)]);
    let shown = sandbox.run(&[]).expect(1, "there is an inversion").stdout;
    let one = "one path: app.journal.audit (app/journal.py:14) → app.journal.audit (app/journal.py:15) → \
               app.bank.balance (app/bank.py:14)\n";
    let other = "other path: app.bank.pay (app/bank.py:9) → app.bank.pay (app/bank.py:10) → app.journal.write \
                 (app/journal.py:9)\n";
    assert!(shown.contains(one) && shown.contains(other), "{shown}");
    let ended = sandbox.run(&["--output-format", "json"]);
    let array: Value = serde_json::from_str(&ended.stdout).expect("it is JSON");
    let lengths = ["chain", "other_chain"].map(|way| array[0][way].as_array().map(Vec::len));
    assert_eq!(lengths, [Some(3), Some(3)], "{array}");
}
