//! A folder of its own for each test, and the binary run in it.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A coroutine with one mistake that has a safe fix.
pub(crate) const NAP: &str = "import time\n\n\nasync def nap():\n    time.sleep(1)\n";
/// What `--write` makes of [`NAP`].
pub(crate) const NAP_FIXED: &str = "import asyncio\n\n\nasync def nap():\n    await asyncio.sleep(1)\n";
/// A coroutine without mistakes.
pub(crate) const FINE: &str = "import asyncio\n\n\nasync def nap():\n    await asyncio.sleep(1)\n";

/// A folder that goes away with the test.
pub(crate) struct Sandbox {
    folder: TempDir,
}

/// How a run ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Sandbox {
    /// With these files, each a path and its content.
    pub(crate) fn new<C: AsRef<[u8]>>(files: &[(&str, C)]) -> Self {
        let sandbox = Self { folder: tempfile::tempdir().expect("the system has a temporary folder") };
        for (path, content) in files {
            sandbox.put(path, content);
        }
        sandbox
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        // Where the temporary folder is a link (macOS), the binary shows what it leads to.
        self.folder.path().canonicalize().expect("the folder is there").join(path)
    }

    pub(crate) fn put(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("files lie in the sandbox")).expect("folders can be made");
        fs::write(path, content).expect("files can be written");
    }

    pub(crate) fn bytes(&self, path: &str) -> Vec<u8> {
        fs::read(self.path(path)).expect(path)
    }

    pub(crate) fn text(&self, path: &str) -> String {
        String::from_utf8(self.bytes(path)).expect(path)
    }

    /// The names in a folder, sorted: what a run left behind.
    pub(crate) fn names(&self, path: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(path)).expect(path);
        let names = entries.map(|entry| entry.expect(path).file_name().into_string().expect(path));
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    /// The binary in this folder, not yet started.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        self.prepare(Command::new(binary()), args)
    }

    /// Any program in this folder.
    pub(crate) fn prepare(&self, mut command: Command, args: &[&str]) -> Command {
        command
            .current_dir(self.path(""))
            .args(args)
            .env("HOME", self.path(""))
            .env("ASYNCFIX_CACHE_DIR", concat!(env!("CARGO_TARGET_TMPDIR"), "/cache"));
        for name in ["NO_COLOR", "COLUMNS", "CLICOLOR_FORCE", "XDG_CONFIG_HOME"] {
            command.env_remove(name);
        }
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ended {
        finish(self.command(args), b"")
    }

    pub(crate) fn run_with_stdin(&self, args: &[&str], stdin: impl AsRef<[u8]>) -> Ended {
        finish(self.command(args), stdin.as_ref())
    }
}

pub(crate) fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_asyncfix"))
}

/// Runs a command to its end.
pub(crate) fn finish(mut command: Command, stdin: &[u8]) -> Ended {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    let mut pipe = child.stdin.take().expect("it was asked for");
    // A program that does not read its input may close it before we are done.
    let _ = pipe.write_all(stdin);
    drop(pipe);
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ended {
        status: output.status.code(),
        stdout: text(output.stdout),
        stderr: without_time(&text(output.stderr)),
    }
}

/// The summary without what differs from run to run.
fn without_time(stderr: &str) -> String {
    let mut text = String::new();
    for line in stderr.split_inclusive('\n') {
        match line.find(" in ").filter(|_| line.contains(" (")).and_then(|_| line.rfind(" in ")) {
            Some(at)
                if line[at + 4..].starts_with(|c: char| c.is_ascii_digit()) && line[at..].contains('s') =>
            {
                let rest = line[at + 4..].find('s').map_or("", |end| &line[at + 4 + end + 1..]);
                text.push_str(&line[..at]);
                text.push_str(rest);
            }
            _ => text.push_str(line),
        }
    }
    text
}

impl Ended {
    /// Asserts the status, with everything that was printed in the failure.
    #[track_caller]
    pub(crate) fn expect(self, status: i32, what: &str) -> Self {
        assert_eq!(self.status, Some(status), "{what}\nstdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }
}
