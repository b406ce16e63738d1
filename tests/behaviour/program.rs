//! The programs: what each one declares about itself in its header.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

/// What the event loop of a program may show in debug mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loop {
    /// Not looked at.
    Any,
    /// Never held, before and after.
    Free,
    /// Held before; free once every expected fix is applied.
    Freed,
}

/// One program, and what its header expects.
///
/// The header is made of comment lines that start with `# expect:`, at the top of a single file or anywhere in
/// the `pyproject.toml` of a folder. Each holds words separated by blanks:
///
/// * `safe=a,b`: these codemods offer a safe fix here, and it is applied by `--write`
/// * `unsafe=a,b`: the same, of unsafe fixes and `--write --unsafe-fixes`
/// * `reported=a,b`: these codemods have a finding here, whatever becomes of it
/// * `untouched`: no byte changes, in either mode; `untouched-safe`: none changes without `--unsafe-fixes`
/// * `safe-only`: the unsafe rewrite is made, but not run: it says itself that the program needs more than that
/// * `loop=free` or `loop=freed`: see [`Loop`]
/// * `peak=N`: at most N at a time once every expected fix is applied, and more than that before. The number is
///   the server's count of requests in progress, or what the program writes to stderr as `peak=N`
/// * `exit=N`: the exit status, 0 unless said
/// * `min-python=3.N` (also the target of the rewrite; 3.9 unless said)
/// * `needs=redis,postgres`: the services it talks to, by `REDIS_URL` and `POSTGRES_DSN`; without them it is skipped
/// * `run=MODULE`: for a folder, what `python -m` runs
/// * `remedied`: what is reported here happens when the program runs. Beside `NAME.py` stands `NAME.remedied.py`, the
///   same program after what the message advises: there it is not reported, and it does not happen
/// * `broken`: as it is the program fails, or says that a coroutine was never awaited; once every expected fix is
///   applied it ends with 0 and prints what the lines that start with `# prints: ` say
///
/// Lines that start with `# output:` are what a program prints as it is. A remedied program and its twin need them,
/// and they must differ.
///
/// A line that starts with `# config:` goes into `[tool.asyncfix]` of a single-file program as it stands.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) name: String,
    /// The file or the folder in the repository.
    pub(crate) path: PathBuf,
    pub(crate) safe: Vec<String>,
    pub(crate) unsafe_: Vec<String>,
    pub(crate) reported: Vec<String>,
    pub(crate) untouched: bool,
    pub(crate) untouched_safe: bool,
    pub(crate) safe_only: bool,
    pub(crate) event_loop: Loop,
    pub(crate) peak: Option<u32>,
    pub(crate) exit: i32,
    /// The 11 of 3.11.
    pub(crate) min_python: u8,
    pub(crate) needs: Vec<String>,
    pub(crate) run: Option<String>,
    /// What a broken program prints once it is mended.
    pub(crate) prints: Option<String>,
    pub(crate) config: Vec<String>,
    pub(crate) remedied: bool,
    /// The lines it prints, if they are told.
    pub(crate) output: Vec<String>,
}

/// How the name of the file ends that has a program after the remedy, before `.py`.
const REMEDIED: &str = ".remedied";

impl Program {
    /// Reads the header of the program at `path`.
    ///
    /// # Errors
    ///
    /// A header that is missing, contradicts itself or has a word that nothing knows.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let folder = path.is_dir();
        let header = if folder { path.join("pyproject.toml") } else { path.to_owned() };
        let text =
            fs::read_to_string(&header).with_context(|| format!("cannot read {}", header.display()))?;
        let mut program = Self {
            name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            path: path.to_owned(),
            safe: Vec::new(),
            unsafe_: Vec::new(),
            reported: Vec::new(),
            untouched: false,
            untouched_safe: false,
            safe_only: false,
            event_loop: Loop::Any,
            peak: None,
            exit: 0,
            min_python: 9,
            needs: Vec::new(),
            run: None,
            prints: None,
            config: Vec::new(),
            remedied: false,
            output: Vec::new(),
        };
        let mut expects = false;
        for line in text.lines() {
            if let Some(words) = line.strip_prefix("# expect:") {
                expects = true;
                for word in words.split_whitespace() {
                    program.take(word).with_context(|| {
                        format!("{}: cannot read `{word}` in the header", header.display())
                    })?;
                }
            } else if let Some(output) = line.strip_prefix("# output:") {
                program.output.push(output.trim().to_owned());
            } else if let Some(printed) = line.strip_prefix("# prints: ") {
                let prints = program.prints.as_mut().context("`# prints:` without `broken`")?;
                prints.push_str(printed);
                prints.push('\n');
            } else if let Some(config) = line.strip_prefix("# config:") {
                program.config.push(config.trim().to_owned());
            } else if !folder && !line.starts_with('#') {
                break;
            }
        }
        if !expects {
            bail!("{}: has no `# expect:` line", header.display());
        }
        if folder != program.run.is_some() {
            bail!("{}: a folder needs `run=MODULE`, a file cannot have it", header.display());
        }
        if program.remedied && (folder || program.reported.is_empty() || program.output.is_empty()) {
            bail!("{}: `remedied` needs a file, `reported=` and `# output:`", header.display());
        }
        if program.untouched && !(program.safe.is_empty() && program.unsafe_.is_empty()) {
            bail!("{}: `untouched` and fixes at once", header.display());
        }
        if !program.untouched && !program.untouched_safe && program.fixed().next().is_none() {
            bail!("{}: expects nothing: name the codemods, or say `untouched`", header.display());
        }
        Ok(program)
    }

    fn take(&mut self, word: &str) -> Result<()> {
        let names = |value: &str| value.split(',').map(str::to_owned).collect();
        match word.split_once('=') {
            None if word == "untouched" => self.untouched = true,
            None if word == "untouched-safe" => self.untouched_safe = true,
            None if word == "safe-only" => self.safe_only = true,
            None if word == "remedied" => self.remedied = true,
            None if word == "broken" => self.prints = Some(String::new()),
            Some(("safe", value)) => self.safe = names(value),
            Some(("unsafe", value)) => self.unsafe_ = names(value),
            Some(("reported", value)) => self.reported = names(value),
            Some(("needs", value)) => self.needs = names(value),
            Some(("loop", "free")) => self.event_loop = Loop::Free,
            Some(("loop", "freed")) => self.event_loop = Loop::Freed,
            Some(("peak", value)) => self.peak = Some(value.parse()?),
            Some(("exit", value)) => self.exit = value.parse()?,
            Some(("min-python", value)) => {
                self.min_python = value.strip_prefix("3.").context("not a Python 3")?.parse()?;
            }
            Some(("run", value)) => self.run = Some(value.to_owned()),
            _ => bail!("no such expectation"),
        }
        Ok(())
    }

    /// The same program after what the message advises.
    ///
    /// # Errors
    ///
    /// There is none, or it says no other than this one.
    pub(crate) fn twin(&self) -> Result<Self> {
        let twin = Self::read(&self.path.with_file_name(format!("{}{REMEDIED}.py", self.name)))?;
        if twin.output.is_empty() || twin.output == self.output {
            bail!("{}: it must have other `# output:` lines than {}.py", twin.path.display(), self.name);
        }
        Ok(twin)
    }

    /// Whether this is what it is to print.
    pub(crate) fn is_printed(&self, stdout: &str) -> bool {
        self.output.is_empty() || stdout.lines().eq(self.output.iter().map(String::as_str))
    }

    /// The codemods that mend something here, in unsafe mode.
    pub(crate) fn fixed(&self) -> impl Iterator<Item = &str> {
        self.safe.iter().chain(&self.unsafe_).map(String::as_str)
    }

    /// Puts the program into `folder`, with a `pyproject.toml` that names its oldest Python and its settings.
    pub(crate) fn copy_to(&self, folder: &Path) -> Result<()> {
        fs::create_dir_all(folder)?;
        if self.run.is_some() {
            return copy_folder(&self.path, folder);
        }
        let name = self.path.file_name().context("a program has a file name")?;
        fs::copy(&self.path, folder.join(name))?;
        let settings = self.config.join("\n");
        let text = format!(
            "[project]\nname = \"program\"\nversion = \"1\"\nrequires-python = \">=3.{}\"\n\n[tool.asyncfix]\n{settings}\n",
            self.min_python
        );
        fs::write(folder.join("pyproject.toml"), text)?;
        Ok(())
    }

    /// What the launcher is told to run: a file name, or a module.
    pub(crate) fn target(&self) -> String {
        self.run
            .clone()
            .unwrap_or_else(|| self.path.file_name().unwrap_or_default().to_string_lossy().into_owned())
    }
}

/// Every program in the repository, by name: the files and folders of `tests/behaviour/programs`, and the example
/// project.
///
/// # Errors
///
/// A program whose header cannot be read.
pub(crate) fn all() -> Result<Vec<Program>> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut paths = vec![tests.join("fixtures/newsdesk")];
    for entry in fs::read_dir(tests.join("behaviour/programs"))? {
        let path = entry?.path();
        let python = path.extension().is_some_and(|extension| extension == "py");
        let is_twin = path.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with(REMEDIED));
        if python && !is_twin || path.join("pyproject.toml").is_file() {
            paths.push(path);
        }
    }
    paths.sort_by(|a, b| a.file_name().cmp(&b.file_name()));
    paths.iter().map(|path| Program::read(path)).collect()
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_name() == "__pycache__" {
            continue;
        }
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
