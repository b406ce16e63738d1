//! The interpreters, each with an environment that holds what the programs import.

use std::collections::hash_map::DefaultHasher;
use std::fs::{self, File};
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

/// The minor versions looked for when none are named.
const WANTED: &[u8] = &[9, 11, 13];

/// The variable that names interpreters (commands or paths, separated by blanks or commas).
pub(crate) const VARIABLE: &str = "ASYNCFIX_PYTHONS";

/// A CPython found on this machine.
#[derive(Debug, Clone)]
pub(crate) struct Interpreter {
    pub(crate) executable: PathBuf,
    /// The 11 of 3.11.
    pub(crate) minor: u8,
}

/// The interpreter of an environment, and a certificate that loads at once.
#[derive(Debug)]
pub(crate) struct Environment {
    pub(crate) python: PathBuf,
    /// The 11 of 3.11.
    pub(crate) minor: u8,
    /// One certificate: httpx builds a TLS context with each client, and to parse the whole of certifi's bundle
    /// takes long enough on a busy machine to look like a held loop.
    pub(crate) certificate: PathBuf,
}

/// The interpreters to use: those of [`VARIABLE`], or of [`WANTED`] those that are here, or else `python3`.
///
/// # Errors
///
/// A name in [`VARIABLE`] that does not run.
pub(crate) fn interpreters() -> Result<Vec<Interpreter>> {
    if let Ok(names) = std::env::var(VARIABLE) {
        let names = names.split([' ', ',']).filter(|name| !name.is_empty());
        return names
            .map(|name| {
                probe(Path::new(name))
                    .with_context(|| format!("{VARIABLE} names `{name}`, which does not run"))
            })
            .collect();
    }
    let mut found: Vec<Interpreter> = WANTED.iter().filter_map(|&minor| find(minor)).collect();
    if found.is_empty() {
        found.extend(["python3", "python"].iter().find_map(|name| probe(Path::new(name))));
    }
    Ok(found)
}

/// Asks an interpreter who it is. `None` for what is not there or is not a Python 3: pyenv, for one, has a
/// `python3.13` on the path that only prints an error.
fn probe(command: &Path) -> Option<Interpreter> {
    let code = "import sys; print(sys.version_info[0], sys.version_info[1], sys.executable)";
    let output = Command::new(command).args(["-c", code]).stderr(Stdio::null()).output().ok()?;
    if !output.status.success() {
        return None;
    }
    let text = String::from_utf8(output.stdout).ok()?;
    let mut words = text.trim_end().splitn(3, ' ');
    let (major, minor, executable) = (words.next()?, words.next()?, words.next()?);
    (major == "3").then_some(())?;
    Some(Interpreter { executable: PathBuf::from(executable), minor: minor.parse().ok()? })
}

fn find(minor: u8) -> Option<Interpreter> {
    let name = format!("python3.{minor}");
    let right = |interpreter: &Interpreter| interpreter.minor == minor;
    probe(Path::new(&name)).filter(right).or_else(|| {
        let versions = PathBuf::from(std::env::var_os("HOME")?).join(".pyenv/versions");
        let mut folders: Vec<PathBuf> =
            fs::read_dir(versions).ok()?.filter_map(|e| Some(e.ok()?.path())).collect();
        folders.sort();
        folders
            .iter()
            .rev()
            .map(|folder| folder.join("bin").join(&name))
            .find_map(|path| probe(&path))
            .filter(right)
    })
}

/// The environment of `interpreter` with the pinned requirements: made once, kept under `target/`.
///
/// # Errors
///
/// Neither `uv` nor `venv` and `pip` could make it, with the last lines of what they said.
pub(crate) fn environment(interpreter: &Interpreter) -> Result<Environment> {
    let requirements = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/behaviour/requirements.txt");
    let mut hasher = DefaultHasher::new();
    fs::read(&requirements)?.hash(&mut hasher);
    interpreter.executable.hash(&mut hasher);
    let base = Path::new(env!("CARGO_TARGET_TMPDIR")).join("behaviour");
    let folder = base.join(format!("python3.{}-{:016x}", interpreter.minor, hasher.finish()));
    fs::create_dir_all(&base)?;
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let certificate = folder.join("one-certificate.pem");
    let environment = Environment { python, minor: interpreter.minor, certificate };

    // Another run of the tests may be making it: the lock is the system's, so it cannot outlive its process.
    let lock = File::create(folder.with_extension("lock"))?;
    lock.lock()?;
    if environment.certificate.is_file() {
        return Ok(environment);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    if run(Command::new("uv").arg("--version")).is_ok() {
        run(Command::new("uv")
            .args(["venv", "--quiet", "--python"])
            .arg(&interpreter.executable)
            .arg(&folder))?;
        let mut install = Command::new("uv");
        // Compiled now: the runs write no bytecode, and would compile every library anew.
        install
            .args(["pip", "install", "--quiet", "--compile-bytecode", "--python"])
            .arg(&environment.python);
        run(install.arg("-r").arg(&requirements))?;
    } else {
        run(Command::new(&interpreter.executable).args(["-m", "venv"]).arg(&folder))?;
        let mut install = Command::new(&environment.python);
        install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        run(install.arg("-r").arg(&requirements))?;
    }
    // Last: its presence says that the environment is whole.
    let code = "import certifi, sys; t = open(certifi.where()).read(); e = '-----END CERTIFICATE-----\\n'; \
                open(sys.argv[1], 'w').write(t[t.index('-----BEGIN'):t.index(e)] + e)";
    run(Command::new(&environment.python).args(["-c", code]).arg(&environment.certificate))?;
    Ok(environment)
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot run {command:?}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let tail: Vec<&str> = said.lines().rev().take(4).collect();
        let tail: Vec<&str> = tail.into_iter().rev().collect();
        bail!("{command:?} failed: {}", tail.join(" | "));
    }
    Ok(())
}
