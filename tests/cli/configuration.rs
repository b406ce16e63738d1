//! The configuration: where it is found, what it means and what is said when it is wrong.

use crate::sandbox::{NAP, Sandbox};

/// Files besides `a.py` and `tests/b.py` (each with a finding), arguments, and the files with findings.
struct Case {
    what: &'static str,
    files: &'static [(&'static str, &'static str)],
    args: &'static [&'static str],
    seen: &'static [&'static str],
}

const IGNORES: &str = "[tool.asyncfix]\nignore = ['time-sleep']\n";

const CASES: &[Case] = &[
    Case { what: "no configuration", files: &[], args: &[], seen: &["a.py", "tests/b.py"] },
    Case { what: "a section in pyproject.toml", files: &[("pyproject.toml", IGNORES)], args: &[], seen: &[] },
    Case {
        what: "asyncfix.toml comes before pyproject.toml",
        files: &[("pyproject.toml", IGNORES), ("asyncfix.toml", "unsafe-fixes = false\n")],
        args: &[],
        seen: &["a.py", "tests/b.py"],
    },
    Case {
        what: "the nearest file holds alone",
        files: &[("pyproject.toml", IGNORES), ("tests/asyncfix.toml", "")],
        args: &[],
        seen: &["tests/b.py"],
    },
    Case {
        what: "a pyproject.toml without a section does not hide one above",
        files: &[("pyproject.toml", IGNORES), ("tests/pyproject.toml", "[project]\nname = 'x'\n")],
        args: &[],
        seen: &[],
    },
    Case {
        what: "select leaves the others out",
        files: &[("asyncfix.toml", "select = ['transitive-blocking']\n")],
        args: &[],
        seen: &[],
    },
    Case {
        what: "extend-select adds",
        files: &[("asyncfix.toml", "select = ['transitive-blocking']\nextend-select = ['time-sleep']\n")],
        args: &[],
        seen: &["a.py", "tests/b.py"],
    },
    Case {
        what: "--select takes the place of the file",
        files: &[("pyproject.toml", IGNORES)],
        args: &["--select", "time-sleep"],
        seen: &["a.py", "tests/b.py"],
    },
    Case {
        what: "--ignore adds to the file",
        files: &[("asyncfix.toml", "select = ['time-sleep']\n")],
        args: &["--ignore", "time-sleep,transitive-blocking"],
        seen: &[],
    },
    Case {
        what: "per-file-ignores",
        files: &[("asyncfix.toml", "[per-file-ignores]\n'tests/*' = ['time-sleep']\n")],
        args: &[],
        seen: &["a.py"],
    },
    Case {
        what: "per-file-ignores of everything",
        files: &[("asyncfix.toml", "[per-file-ignores]\n'a.py' = ['all']\n")],
        args: &[],
        seen: &["tests/b.py"],
    },
    Case {
        what: "--config holds everywhere",
        files: &[("other.toml", "ignore = ['time-sleep']\n"), ("tests/asyncfix.toml", "")],
        args: &["--config", "other.toml"],
        seen: &[],
    },
    Case {
        what: "--isolated reads no file",
        files: &[("pyproject.toml", IGNORES)],
        args: &["--isolated"],
        seen: &["a.py", "tests/b.py"],
    },
    Case {
        what: "--isolated reads the one it is given",
        files: &[("asyncfix.toml", ""), ("other.toml", "ignore = ['time-sleep']\n")],
        args: &["--isolated", "--config", "other.toml"],
        seen: &[],
    },
    Case {
        what: "a broken pyproject.toml that does not speak of us",
        files: &[
            ("pyproject.toml", "[project\n"),
            ("tests/pyproject.toml", "[project]\nrequires-python = 3\n"),
        ],
        args: &[],
        seen: &["a.py", "tests/b.py"],
    },
    Case {
        what: "everything at once",
        files: &[(
            "pyproject.toml",
            "[tool.asyncfix]\nselect = ['all']\nignore = ['transitive-blocking']\nexclude = ['gen']\n\
             target-version = 'py310'\nunsafe-fixes = true\nhttp-client = 'httpx2'\ntimeout = 30\n\
             concurrency-limit = 20\nhelper-module = 'app.aio'\nproject-roots = ['src']\n\
             thread-offloaders = ['app.in_thread']\nnot-blocking = ['app.fast.*']\n\
             [tool.asyncfix.blocking-calls]\n'legacy.*' = 'use the new client'\n\
             [tool.asyncfix.per-file-ignores]\n'tests/**/*.py' = ['time-sleep']\n",
        )],
        args: &[],
        seen: &["a.py"],
    },
];

#[test]
fn configuration_means_what_it_says() {
    for case in CASES {
        let sandbox = Sandbox::new(case.files);
        sandbox.put("a.py", NAP);
        sandbox.put("tests/b.py", NAP);
        let ended = sandbox.run(&[&["--output-format", "concise"], case.args].concat());
        let ended = ended.expect(i32::from(!case.seen.is_empty()), case.what);
        let seen: Vec<&str> = ended.stdout.lines().filter_map(|line| line.split(':').next()).collect();
        assert_eq!(seen, case.seen, "{}", case.what);
    }
}

/// A file of configuration, its text, and the whole of what is said.
const WRONG: &[(&str, &str, &str)] = &[
    (
        "pyproject.toml",
        "[tool.asyncfix]\nselct = []\n",
        "pyproject.toml:2:1: unknown key `selct`: did you mean `select`?",
    ),
    (
        "asyncfix.toml",
        "helper_module = 'a'\n",
        "asyncfix.toml:1:1: unknown key `helper_module`: did you mean `helper-module`?",
    ),
    ("asyncfix.toml", "zzz = 1\n", "asyncfix.toml:1:1: unknown key `zzz`"),
    (
        "asyncfix.toml",
        "ignore = ['time-sleep', 'time-slep']\n",
        "asyncfix.toml:1:25: there is no codemod `time-slep`: did you mean `time-sleep`?",
    ),
    (
        "asyncfix.toml",
        "select = ['ASYNC251']\n",
        "asyncfix.toml:1:11: there is no codemod `ASYNC251`: did you mean `time-sleep`?",
    ),
    (
        "a/asyncfix.toml",
        "[per-file-ignores]\n'x.py' = ['time_sleep']\n",
        "a/asyncfix.toml:2:11: there is no codemod `time_sleep`: did you mean `time-sleep`?",
    ),
    (
        "asyncfix.toml",
        "[per-file-ignores]\n'x[' = []\n",
        "asyncfix.toml:2:1: `x[` is not a pattern: unclosed character class; missing ']'",
    ),
    (
        "asyncfix.toml",
        "target-version = '2.7'\n",
        "asyncfix.toml:1:18: `2.7` is not a version of Python 3 such as 3.11 or py311",
    ),
    ("asyncfix.toml", "timeout = 0\n", "asyncfix.toml:1:11: the timeout must be a number of seconds above 0"),
    (
        "asyncfix.toml",
        "timeout = 'long'\n",
        "asyncfix.toml:1:11: invalid type: string \"long\", expected f64",
    ),
    (
        "asyncfix.toml",
        "concurrency-limit = 0\n",
        "asyncfix.toml:1:21: the concurrency limit must be a whole number above 0",
    ),
    (
        "asyncfix.toml",
        "helper-module = 'a b'\n",
        "asyncfix.toml:1:17: this is not the name of a module such as `package.aio`",
    ),
    (
        "asyncfix.toml",
        "http-client = 'aiohttp'\n",
        "asyncfix.toml:1:15: `aiohttp` is not an HTTP client asyncfix writes: use `httpx` or `httpx2`",
    ),
    ("pyproject.toml", "[tool.asyncfix\n", "pyproject.toml:1:15: unclosed table, expected `]`"),
];

#[test]
fn a_wrong_configuration_ends_the_run_and_says_where() {
    for (path, text, says) in WRONG {
        let sandbox = Sandbox::new(&[("a/a.py", NAP)]);
        sandbox.put(path, text);
        let ended = sandbox.run(&["--write"]).expect(2, text);
        assert_eq!(ended.stderr, format!("error: {says}\n"), "{text}");
        assert_eq!(ended.stdout, "", "{text}");
        assert_eq!(sandbox.text("a/a.py"), NAP, "nothing is written under a wrong configuration");
    }
}

#[test]
fn a_wrong_name_on_the_command_line_is_answered_with_the_nearest() {
    for (args, says) in [
        (
            ["--select", "time-slep"],
            "there is no codemod `time-slep`: did you mean `time-sleep`? (see --list)",
        ),
        (["--ignore", "ASYNC251"], "there is no codemod `ASYNC251`: did you mean `time-sleep`? (see --list)"),
        (["--extend-select", "xyz"], "there is no codemod `xyz` (see --list)"),
        (
            ["--explain", "transitive"],
            "there is no codemod `transitive`: did you mean `transitive-blocking`? (see --list)",
        ),
        (["--explain", "all"], "`all` is not one codemod (see --list)"),
        (["--config", "no.toml"], "no.toml: there is no such configuration file"),
    ] {
        let ended = Sandbox::new::<&str>(&[]).run(&args).expect(2, says);
        assert_eq!(ended.stderr, format!("error: {says}\n"));
    }
}

/// The nearest configuration of pytest decides about the marks of a file.
#[test]
fn the_mode_of_pytest_asyncio_is_the_folder_s_own() {
    let marked = "import pytest\n\n\n@pytest.mark.asyncio\nasync def test_it(it):\n    assert await it()\n";
    let plain = "async def test_it(it):\n    assert await it()\n";
    let sandbox = Sandbox::new(&[
        ("pyproject.toml", "[tool.pytest.ini_options]\nasyncio_mode = 'auto'\n"),
        ("tests/test_a.py", marked),
        ("plugin/pytest.ini", "[pytest]\n"),
        ("plugin/test_b.py", marked),
        (
            "plugin/auto/conftest.py",
            "def pytest_configure(config):\n    config.option.asyncio_mode = \"auto\"\n",
        ),
        ("plugin/auto/test_c.py", marked),
    ]);
    sandbox.run(&["--write", "--select", "redundant-pytest-asyncio"]).expect(0, "marks are left out");
    for (path, text) in
        [("tests/test_a.py", plain), ("plugin/test_b.py", marked), ("plugin/auto/test_c.py", plain)]
    {
        assert_eq!(sandbox.text(path), text, "{path}");
    }
}
