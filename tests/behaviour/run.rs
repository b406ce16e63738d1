//! Runs one program under one interpreter and keeps what it did.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::program::Program;
use crate::python::Environment;
use crate::server::Server;
use crate::services::Services;

/// A program that takes longer than this is stopped: a rewrite can make one wait for ever.
const LIMIT: Duration = Duration::from_secs(30);

/// The longest a callback may hold the loop, in seconds: asyncio's own `slow_callback_duration`.
const HELD: f64 = 0.1;

/// What one run did.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The exit status; `None` when it was stopped.
    pub(crate) status: Option<i32>,
    /// What it printed, with the server's port taken out.
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// The most at a time, seen by the server or told by the program.
    pub(crate) peak: u32,
}

impl Outcome {
    /// What asyncio's debug mode said of callbacks that held the loop: its lines, and the longest time in seconds.
    pub(crate) fn held(&self) -> Option<(&str, f64)> {
        let took = |line: &str| {
            let (_, rest) = line.split_once(" took ")?;
            rest.split_once(" seconds")?.0.parse::<f64>().ok()
        };
        // The program may have a logging format of its own, so the words can stand anywhere in the line.
        let lines = self.stderr.lines().filter(|line| line.contains("Executing <"));
        lines
            .filter_map(|line| Some((line, took(line)?)))
            .filter(|&(_, seconds)| seconds > HELD)
            .max_by(|a, b| a.1.total_cmp(&b.1))
    }
}

/// Runs what is in `folder` as `program` says, against a port of its own.
///
/// # Errors
///
/// The interpreter or the server cannot be used at all. What the program does wrong is in the outcome.
pub(crate) fn run(
    program: &Program,
    folder: &Path,
    environment: &Environment,
    server: &Server,
    services: &Services,
) -> Result<Outcome> {
    let port = server.open()?;
    let outcome = run_on(port, program, folder, environment, services);
    let peak = server.close(port)?;
    let mut outcome = outcome?;
    outcome.peak = outcome.peak.max(peak);
    Ok(outcome)
}

fn run_on(
    port: u16,
    program: &Program,
    folder: &Path,
    environment: &Environment,
    services: &Services,
) -> Result<Outcome> {
    let here = tempfile::tempdir()?;
    let launcher = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/behaviour/launch.py");
    let mut command = Command::new(&environment.python);
    command.args(["-X", "dev", "-W", "always"]).arg(launcher).arg(folder).arg(program.target());
    // An environment of its own: a proxy, a .netrc or a Python setting of this machine must not reach the program.
    command.env_clear();
    for name in ["PATH", "SYSTEMROOT", "TMPDIR", "LD_LIBRARY_PATH"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
        .env("HOME", here.path())
        .env("PYTHONASYNCIODEBUG", "1")
        .env("PYTHONHASHSEED", "0")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONIOENCODING", "utf-8")
        .env("SSL_CERT_FILE", &environment.certificate)
        .env("BASE_URL", format!("http://127.0.0.1:{port}"))
        .envs(services.variables())
        .current_dir(here.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child =
        command.spawn().with_context(|| format!("cannot run {}", environment.python.display()))?;
    let stdout = drain(child.stdout.take());
    let stderr = drain(child.stderr.take());
    let deadline = Instant::now() + LIMIT;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status.code();
        }
        if Instant::now() > deadline {
            child.kill()?;
            child.wait()?;
            break None;
        }
        thread::sleep(Duration::from_millis(10));
    };
    let stdout = stdout.join().unwrap_or_default().replace(&format!("127.0.0.1:{port}"), "loopback");
    let stderr = stderr.join().unwrap_or_default();
    let told = stderr.lines().filter_map(|line| line.strip_prefix("peak=")?.parse().ok()).max();
    Ok(Outcome { status, stdout, stderr, peak: told.unwrap_or(0) })
}

fn drain(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What came before a broken pipe is still worth showing.
            let _ = pipe.read_to_end(&mut bytes);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
