//! A real Redis and a real PostgreSQL on loopback, where the machine has their programs.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

/// How long a server may take to answer.
const LIMIT: Duration = Duration::from_secs(30);

/// Numbered databases that a Redis has unless it is told otherwise.
const REDIS_DATABASES: u32 = 16;

/// The servers that could be started. They end with this value.
pub(crate) struct Services {
    redis: Option<Service>,
    postgres: Option<Service>,
    /// What each of the others lacks.
    pub(crate) missing: Vec<String>,
    runs: AtomicU32,
}

/// A running server with its data.
struct Service {
    port: u16,
    child: Child,
    // Removed when the server is gone.
    _data: TempDir,
}

impl Drop for Service {
    fn drop(&mut self) {
        // Nothing of what it holds is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Services {
    /// Starts those of the services that are in `wanted`.
    pub(crate) fn start(wanted: &[&str]) -> Self {
        let mut services = Self { redis: None, postgres: None, missing: Vec::new(), runs: AtomicU32::new(0) };
        for name in wanted {
            let started = match *name {
                "redis" => redis().map(|service| services.redis = Some(service)),
                "postgres" => postgres().map(|service| services.postgres = Some(service)),
                other => Err(anyhow::anyhow!("there is no service of this name: {other}")),
            };
            if let Err(error) = started {
                services.missing.push(format!("{name}: {error:#}"));
            }
        }
        services
    }

    /// Whether a service runs.
    pub(crate) fn has(&self, name: &str) -> bool {
        match name {
            "redis" => self.redis.is_some(),
            "postgres" => self.postgres.is_some(),
            _ => false,
        }
    }

    /// The variables that tell a program where the services are. Each run of a program gets a Redis database of
    /// its own, of which there are sixteen.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let mut variables = Vec::new();
        if let Some(redis) = &self.redis {
            let database = self.runs.fetch_add(1, Ordering::Relaxed) % REDIS_DATABASES;
            variables.push(("REDIS_URL", format!("redis://127.0.0.1:{}/{database}", redis.port)));
        }
        if let Some(postgres) = &self.postgres {
            let dsn = format!("host=127.0.0.1 port={} user=postgres dbname=postgres", postgres.port);
            variables.push(("POSTGRES_DSN", dsn));
        }
        variables
    }
}

fn redis() -> Result<Service> {
    let program = find("redis-server", &[])?;
    let data = tempfile::tempdir()?;
    let port = free_port()?;
    let mut command = dependent(&program, &[]);
    command.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"]);
    command.arg("--port").arg(port.to_string()).arg("--dir").arg(data.path());
    serve(command, port, data)
}

/// PostgreSQL refuses to be run by root: root becomes the user `postgres` for it, whom its Debian package adds.
fn postgres() -> Result<Service> {
    let folders = debian_folders();
    let (initdb, server) = (find("initdb", &folders)?, find("postgres", &folders)?);
    let data = tempfile::tempdir()?;
    let folder = data.path().join("data");
    fs::create_dir(&folder)?;
    let is_root = is_root();
    if is_root {
        open_to_postgres(data.path(), &folder)?;
    }
    let user: &[&str] =
        if is_root { &["--reuid=postgres", "--regid=postgres", "--clear-groups"] } else { &[] };
    let mut make = dependent(&initdb, user);
    make.args(["--auth=trust", "--username=postgres", "--no-sync", "--encoding=UTF8", "--locale=C"]);
    let made = make.arg("-D").arg(&folder).current_dir(&folder).output().context("cannot run initdb")?;
    if !made.status.success() {
        let said = String::from_utf8_lossy(&made.stderr).into_owned();
        bail!("initdb failed: {}", said.lines().last().unwrap_or_default());
    }
    let port = free_port()?;
    let mut command = dependent(&server, user);
    command.arg("-D").arg(&folder).arg("-k").arg(&folder).arg("-p").arg(port.to_string());
    command.args(["-h", "127.0.0.1", "-c", "fsync=off"]).current_dir(&folder);
    serve(command, port, data)
}

/// A program that ends with this one, however this one ends, where the machine has `setpriv`, which takes `others` too.
fn dependent(program: &Path, others: &[&str]) -> Command {
    if others.is_empty() && find("setpriv", &[]).is_err() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.arg("--pdeathsig=KILL").args(others).arg(program);
    command
}

/// Starts a server and waits until it takes connections.
fn serve(mut command: Command, port: u16, data: TempDir) -> Result<Service> {
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let child = child.with_context(|| format!("cannot run {}", command.get_program().display()))?;
    let mut service = Service { port, child, _data: data };
    let deadline = Instant::now() + LIMIT;
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        if let Some(status) = service.child.try_wait()? {
            bail!("it ended at once, with {status}");
        }
        if Instant::now() > deadline {
            bail!("it takes no connections");
        }
        thread::sleep(Duration::from_millis(20));
    }
    // PostgreSQL listens a moment before it answers.
    thread::sleep(Duration::from_millis(300));
    Ok(service)
}

/// A port that nothing listens on. Somebody else may take it before the server does: then the server ends at once.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// A program on the path or in one of the folders.
fn find(name: &str, folders: &[PathBuf]) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places =
        folders.iter().cloned().chain(std::env::split_paths(&path)).map(|folder| folder.join(name));
    places.find(|place| place.is_file()).with_context(|| format!("`{name}` is not installed"))
}

/// Where Debian puts the programs of PostgreSQL, which it keeps off the path.
fn debian_folders() -> Vec<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort();
    folders
}

#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

/// Lets the user `postgres` into a folder of root's, and gives that user the folder inside.
fn open_to_postgres(outer: &Path, folder: &Path) -> Result<()> {
    let done = Command::new("chmod").arg("711").arg(outer).status()?.success()
        && Command::new("chown").arg("postgres").arg(folder).status()?.success();
    if !done {
        bail!("there is no user `postgres` that root could become");
    }
    Ok(())
}
