//! The HTTP server on loopback, a Python process (`server.py`) that gives every run a port of its own.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;

use anyhow::{Context as _, Result, bail};

/// The running server. It ends when its input is closed.
pub(crate) struct Server {
    pipes: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
    // Held so that the process lives as long as this value.
    _child: Child,
}

impl Server {
    /// Starts the server with this interpreter.
    ///
    /// # Errors
    ///
    /// The process cannot be started.
    pub(crate) fn start(python: &Path) -> Result<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/behaviour/server.py");
        let mut child = Command::new(python)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the HTTP server")?;
        let stdin = child.stdin.take().context("no stdin")?;
        let stdout = BufReader::new(child.stdout.take().context("no stdout")?);
        Ok(Self { pipes: Mutex::new((stdin, stdout)), _child: child })
    }

    /// Opens a port with a fresh state and gives its number.
    ///
    /// # Errors
    ///
    /// The server is gone.
    pub(crate) fn open(&self) -> Result<u16> {
        Ok(self.ask("open")?.trim().parse()?)
    }

    /// Closes a port and gives the most requests it answered at one time.
    ///
    /// # Errors
    ///
    /// The server is gone.
    pub(crate) fn close(&self, port: u16) -> Result<u32> {
        let answer = self.ask(&format!("close {port}"))?;
        Ok(answer.split_whitespace().next().context("an empty answer")?.parse()?)
    }

    fn ask(&self, question: &str) -> Result<String> {
        let mut pipes = self.pipes.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        writeln!(pipes.0, "{question}")?;
        let mut answer = String::new();
        if pipes.1.read_line(&mut answer)? == 0 {
            bail!("the HTTP server ended; its stderr is above");
        }
        Ok(answer)
    }
}
