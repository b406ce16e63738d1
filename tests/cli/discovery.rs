//! Which files are looked at.

use crate::sandbox::{NAP, Sandbox};

/// The files that have a finding, as they are shown.
fn looked_at(sandbox: &Sandbox, args: &[&str]) -> Vec<String> {
    let ended = sandbox.run(&[&["--output-format", "concise"], args].concat());
    let path = |line: &str| line.split(':').next().unwrap_or_default().to_owned();
    ended.stdout.lines().map(path).collect()
}

/// What lies in the folder besides a finding in each `.py` and `.pyi`, the arguments, and what is looked at.
struct Case {
    what: &'static str,
    files: &'static [(&'static str, &'static str)],
    args: &'static [&'static str],
    seen: &'static [&'static str],
}

const CASES: &[Case] = &[
    Case {
        what: "the current folder is the default",
        files: &[("a.py", NAP), ("b/c.py", NAP), ("b/d.pyi", NAP), ("b/e.txt", NAP), (".hidden/f.py", NAP)],
        args: &[],
        seen: &[".hidden/f.py", "a.py", "b/c.py"],
    },
    Case {
        what: "only what was given is reported",
        files: &[("pyproject.toml", ""), ("a.py", NAP), ("b/c.py", NAP), ("b/d.py", NAP)],
        args: &["b/d.py", "./a.py"],
        seen: &["a.py", "b/d.py"],
    },
    Case {
        what: "a path given twice is one",
        files: &[("a/b.py", NAP)],
        args: &["a", "a/b.py", ".", "./a/../a/b.py"],
        seen: &["a/b.py"],
    },
    Case {
        what: ".gitignore is respected, without a repository too",
        files: &[(".gitignore", "out/\n*_gen.py\n"), ("a.py", NAP), ("out/b.py", NAP), ("c_gen.py", NAP)],
        args: &[],
        seen: &["a.py"],
    },
    Case {
        what: "a file that is given wins over .gitignore",
        files: &[(".gitignore", "out/\n"), ("out/b.py", NAP), ("out/c.py", NAP)],
        args: &["out/b.py"],
        seen: &["out/b.py"],
    },
    Case {
        what: "and so does a folder",
        files: &[(".gitignore", "out/\n"), ("out/b.py", NAP), ("a.py", NAP)],
        args: &["out"],
        seen: &["out/b.py"],
    },
    Case {
        what: "virtual environments, caches and vendored packages are left out",
        files: &[
            ("a.py", NAP),
            (".venv/lib/b.py", NAP),
            ("env/pyvenv.cfg", "home = /usr\n"),
            ("env/bin/c.py", NAP),
            ("x/site-packages/d.py", NAP),
            ("node_modules/e/f.py", NAP),
            ("__pycache__/g.py", NAP),
            (".tox/py/h.py", NAP),
            (".nox/i.py", NAP),
            (".git/hooks/j.py", NAP),
            ("build/lib/k.py", NAP),
        ],
        args: &[],
        seen: &["a.py"],
    },
    Case {
        what: "a folder that is given is looked at whatever its name",
        files: &[("a.py", NAP), (".venv/lib/b.py", NAP)],
        args: &[".venv"],
        seen: &[".venv/lib/b.py"],
    },
    Case {
        what: "a file of another extension is Python when it is given",
        files: &[("tool", NAP), ("b.pyw", NAP)],
        args: &["tool"],
        seen: &["tool"],
    },
    Case {
        what: "a stub holds nothing that runs, given or not",
        files: &[("a.pyi", NAP), ("b.py", NAP)],
        args: &["a.pyi", "b.py"],
        seen: &["b.py"],
    },
    Case {
        what: "exclude names files and folders",
        files: &[
            ("pyproject.toml", "[tool.asyncfix]\nexclude = ['vendor', 'src/*_pb2.py']\n"),
            ("a.py", NAP),
            ("vendor/b.py", NAP),
            ("x/vendor/y/c.py", NAP),
            ("src/d_pb2.py", NAP),
        ],
        args: &[],
        seen: &["a.py"],
    },
    Case {
        what: "exclude of an inner folder holds there",
        files: &[
            ("pyproject.toml", "[tool.asyncfix]\n"),
            ("a/asyncfix.toml", "exclude = ['old.py']\n"),
            ("a/old.py", NAP),
            ("old.py", NAP),
        ],
        args: &[],
        seen: &["old.py"],
    },
    Case {
        what: "a file that is given wins over exclude",
        files: &[("asyncfix.toml", "exclude = ['a.py']\n"), ("a.py", NAP)],
        args: &["a.py"],
        seen: &["a.py"],
    },
    Case {
        what: "unless it is forced",
        files: &[("asyncfix.toml", "exclude = ['a.py']\n"), ("a.py", NAP), ("b.py", NAP)],
        args: &["--force-exclude", "a.py", "b.py"],
        seen: &["b.py"],
    },
    Case {
        what: "names with spaces and letters of any language",
        files: &[("mein Ordner/größe.py", NAP)],
        args: &[],
        seen: &["mein Ordner/größe.py"],
    },
];

#[test]
fn the_right_files_are_looked_at() {
    for case in CASES {
        let sandbox = Sandbox::new(case.files);
        assert_eq!(looked_at(&sandbox, case.args), case.seen, "{}", case.what);
    }
}

#[test]
fn paths_are_shown_as_they_were_given() {
    let sandbox = Sandbox::new(&[("p/pyproject.toml", ""), ("p/src/a.py", NAP), ("q/b.py", NAP)]);
    let absolute = sandbox.path("p/src");
    let absolute = absolute.to_str().expect("the sandbox has a plain name");
    assert_eq!(looked_at(&sandbox, &[absolute]), ["p/src/a.py"], "an absolute path below the current folder");
    let mut command = sandbox.command(&["--output-format", "concise", "../q", "src"]);
    let output = command.current_dir(sandbox.path("p")).output().expect("the binary starts");
    let stdout = String::from_utf8(output.stdout).expect("it is text");
    let shown: Vec<&str> = stdout.lines().map(|line| line.split(':').next().unwrap_or_default()).collect();
    assert_eq!(shown, ["../q/b.py", "src/a.py"]);
}

#[test]
fn a_folder_without_python_is_said_to_be_one() {
    let sandbox = Sandbox::new(&[("a/notes.txt", "")]);
    let ended = sandbox.run(&["a"]).expect(0, "there is nothing to find");
    assert_eq!(ended.stderr, "nothing was looked at (0 files)\nwarning: no Python files were found there\n");
}

#[cfg(unix)]
#[test]
fn links_met_on_the_way_are_not_followed() {
    let sandbox = Sandbox::new(&[("p/a.py", NAP), ("outside/b.py", NAP)]);
    std::os::unix::fs::symlink("..", sandbox.path("p/loop")).expect("links can be made");
    std::os::unix::fs::symlink("../outside/b.py", sandbox.path("p/b.py")).expect("links can be made");
    std::os::unix::fs::symlink("p", sandbox.path("link")).expect("links can be made");
    assert_eq!(looked_at(&sandbox, &["p"]), ["p/a.py"]);
    assert_eq!(looked_at(&sandbox, &["link"]), ["link/a.py"], "but one that is given is");
}
