//! The one checker: a program before and after the rewrite, in both modes, under every interpreter.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::program::{Loop, Program};
use crate::python::Environment;
use crate::run::{Outcome, run};
use crate::server::Server;
use crate::services::Services;

/// How often a run is repeated before a held loop counts: a busy machine can hold any process for a tenth of a
/// second, a blocking call holds the loop every time.
const TRIES: usize = 4;

/// What is said on stderr when something was lost; none of it may be new after the rewrite.
const COMPLAINTS: &[&str] = &[
    "was never awaited",
    "exception was never retrieved",
    "was destroyed but it is pending",
    "ResourceWarning: unclosed",
    "Event loop is closed",
    "SyntaxWarning",
];

/// The two ways asyncfix writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Safe,
    Unsafe,
}

/// What is used by every program.
pub(crate) struct Bench<'a> {
    pub(crate) environments: &'a [Environment],
    pub(crate) server: &'a Server,
    pub(crate) services: &'a Services,
}

/// What came of one program.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// How many times it ran under some interpreter.
    pub(crate) runs: usize,
    /// The interpreters too old for it.
    pub(crate) skips: usize,
    pub(crate) failures: Vec<String>,
}

impl Bench<'_> {
    /// Runs the program as it is, twice, and checks what its header says of that side.
    pub(crate) fn check_before(&self, program: &Program) -> Result<Verdict> {
        let folder = tempfile::tempdir()?;
        program.copy_to(folder.path())?;
        self.under_each(program, |environment, verdict| {
            let before = self.before(program, folder.path(), environment, verdict)?;
            let again = run(program, folder.path(), environment, self.server, self.services)?;
            verdict.runs += 1;
            if again.stdout != before.stdout {
                verdict.failures.push(differing("prints something else each time", &before, &again));
            }
            Ok(())
        })
    }

    /// Rewrites the program in both modes and checks all that its header says.
    pub(crate) fn check(&self, program: &Program) -> Result<Verdict> {
        let work = tempfile::tempdir()?;
        let original = work.path().join("before");
        program.copy_to(&original)?;
        let source = read_all(&original)?;
        let mut failures = Vec::new();
        let mut rewritten = Vec::new();
        for mode in [Mode::Safe, Mode::Unsafe] {
            let folder = work.path().join(format!("{mode:?}"));
            program.copy_to(&folder)?;
            let found = rewrite(program, mode, &folder).with_context(|| format!("{mode:?} mode"))?;
            failures.extend(found.into_iter().map(|failure| format!("{mode:?} mode: {failure}")));
            let text = read_all(&folder)?;
            let untouched = program.untouched || (program.untouched_safe && mode == Mode::Safe);
            if untouched && text != source {
                failures.push(format!("{mode:?} mode: it must stay as it is\n{}", changes(&source, &text)));
            }
            rewritten.push((mode, folder, text));
        }
        // What is byte for byte a program that ran already needs no second run.
        let mut to_run: Vec<(Mode, PathBuf)> = Vec::new();
        for (index, (mode, folder, text)) in rewritten.iter().enumerate() {
            let is_run = *mode == Mode::Safe || !program.safe_only;
            if is_run && *text != source && rewritten[..index].iter().all(|(_, _, earlier)| earlier != text) {
                to_run.push((*mode, folder.clone()));
            }
        }
        let last = rewritten.last().map(|(_, folder, _)| folder.clone()).context("there are two modes")?;
        let complete = |folder: &Path| {
            let same = rewritten.iter().any(|(_, other, text)| other == folder && *text == rewritten[1].2);
            folder == last || same
        };

        let mut verdict = self.under_each(program, |environment, verdict| {
            let before = self.before(program, &original, environment, verdict)?;
            for (mode, folder) in &to_run {
                let mut after = run(program, folder, environment, self.server, self.services)?;
                verdict.runs += 1;
                let fixed = complete(folder);
                if fixed && program.event_loop != Loop::Any {
                    for _ in 1..TRIES {
                        if after.held().is_none() {
                            break;
                        }
                        after = run(program, folder, environment, self.server, self.services)?;
                    }
                }
                let found = compare(program, &before, &after, fixed);
                let text = || changes(&source, &read_all(folder).unwrap_or_default());
                verdict.failures.extend(found.into_iter().map(|f| format!("{mode:?} mode: {f}\n{}", text())));
            }
            Ok(())
        })?;
        verdict.failures.splice(0..0, failures);
        if program.remedied {
            let remedied = self.check_twin(program).context("the remedied twin")?;
            verdict.runs += remedied.runs;
            verdict.failures.extend(remedied.failures);
        }
        Ok(verdict)
    }

    /// Checks that what is reported in a program is neither reported nor happens in its remedied twin.
    fn check_twin(&self, program: &Program) -> Result<Verdict> {
        let twin = program.twin()?;
        let folder = tempfile::tempdir()?;
        twin.copy_to(folder.path())?;
        let findings = findings(&twin, Mode::Safe, folder.path())?;
        let mut verdict = self.under_each(&twin, |environment, verdict| {
            self.before(&twin, folder.path(), environment, verdict)?;
            Ok(())
        })?;
        for name in &program.reported {
            if let Some(finding) = findings.iter().find(|finding| finding["code"] == **name) {
                verdict.failures.push(format!("{name} has a finding in the remedied twin: {finding}"));
            }
        }
        Ok(verdict)
    }

    /// Rewrites the single-file fixtures with every fix and has each interpreter compile those it could compile
    /// before. Gives how many files that were, and what went wrong.
    pub(crate) fn compile_fixtures(&self) -> Result<Verdict> {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        let code = "import sys\n\
            for name in sys.argv[2:]:\n\
            \x20   try: compile(open(sys.argv[1] + '/' + name, 'rb').read(), name, 'exec')\n\
            \x20   except SyntaxError: continue\n\
            \x20   compile(open(name, 'rb').read(), name, 'exec')\n";
        let work = tempfile::tempdir()?;
        let names: Vec<PathBuf> =
            read_all(&fixtures)?.into_keys().filter(|p| p.components().count() == 1).collect();
        for name in &names {
            fs::copy(fixtures.join(name), work.path().join(name))?;
        }
        run_asyncfix(work.path(), &["--write", "--unsafe-fixes", "."])?;
        let mut verdict = Verdict::default();
        for environment in self.environments {
            let mut command = Command::new(&environment.python);
            command.args(["-c", code]).arg(&fixtures).args(&names).current_dir(work.path());
            let output = command.output()?;
            verdict.runs += 1;
            if !output.status.success() {
                let said = String::from_utf8_lossy(&output.stderr);
                verdict.failures.push(format!("python 3.{}: {said}", environment.minor));
            }
        }
        Ok(verdict)
    }

    fn under_each(
        &self,
        program: &Program,
        mut check: impl FnMut(&Environment, &mut Verdict) -> Result<()>,
    ) -> Result<Verdict> {
        let mut verdict = Verdict::default();
        for environment in self.environments {
            let lacks = program.needs.iter().any(|service| !self.services.has(service));
            if environment.minor < program.min_python || lacks {
                verdict.skips += 1;
                continue;
            }
            let known = verdict.failures.len();
            check(environment, &mut verdict)?;
            for failure in &mut verdict.failures[known..] {
                *failure = format!("python 3.{}: {failure}", environment.minor);
            }
        }
        Ok(verdict)
    }

    fn before(
        &self,
        program: &Program,
        folder: &Path,
        environment: &Environment,
        verdict: &mut Verdict,
    ) -> Result<Outcome> {
        let mut before = run(program, folder, environment, self.server, self.services)?;
        verdict.runs += 1;
        if std::env::var_os("ASYNCFIX_BEHAVIOUR").is_some_and(|value| value == "show") {
            println!("{} under Python 3.{}:\n{}", program.name, environment.minor, before.stdout);
        }
        if program.event_loop == Loop::Free {
            for _ in 1..TRIES {
                if before.held().is_none() {
                    break;
                }
                before = run(program, folder, environment, self.server, self.services)?;
            }
        }
        let mut fail = |what: String| verdict.failures.push(format!("before the rewrite: {what}"));
        if program.prints.is_some() {
            if before.status == Some(0) && !before.stderr.contains("was never awaited") {
                fail(format!("it is not broken\n{}\n{}", before.stdout, before.stderr));
            }
            return Ok(before);
        }
        if before.status != Some(program.exit) {
            fail(format!("exit status {:?}\n{}\n{}", before.status, before.stdout, before.stderr));
        }
        if !program.is_printed(&before.stdout) {
            let wanted = program.output.join("\n");
            fail(format!("it prints\n{}\ninstead of\n{wanted}\n{}", before.stdout, before.stderr));
        }
        if before.stdout.is_empty() {
            fail(format!("it prints nothing, so nothing can be compared\n{}", before.stderr));
        }
        if before.stderr.contains("was never awaited") {
            fail(format!("a coroutine was never awaited\n{}", before.stderr));
        }
        match (program.event_loop, before.held()) {
            (Loop::Free, Some((line, _))) => fail(format!("the loop is held: {line}")),
            (Loop::Freed, None) => fail("the loop is not held, so `loop=freed` cannot fail".to_owned()),
            _ => {}
        }
        if let Some(limit) = program.peak
            && before.peak <= limit
        {
            fail(format!("peak {} is within the limit of {limit}, so `peak` cannot fail", before.peak));
        }
        Ok(before)
    }
}

/// Runs asyncfix over `folder` and says what is wrong with how it went.
fn rewrite(program: &Program, mode: Mode, folder: &Path) -> Result<Vec<String>> {
    let mut failures = Vec::new();
    let source = read_all(folder)?;
    let (wanted, level): (Vec<&str>, &str) = match mode {
        Mode::Safe => (program.safe.iter().map(String::as_str).collect(), "safe"),
        Mode::Unsafe => (program.unsafe_.iter().map(String::as_str).collect(), "unsafe"),
    };
    let findings = findings(program, mode, folder)?;
    let offered =
        |name: &str| findings.iter().any(|f| f["code"] == *name && f["fix"]["applicability"] == *level);
    for name in wanted.iter().filter(|name| !offered(name)) {
        failures.push(format!("{name} offers no {level} fix"));
    }
    for name in &program.reported {
        if !findings.iter().any(|finding| finding["code"] == **name) {
            failures.push(format!("{name} has no finding"));
        }
    }

    let write: &[&str] = if mode == Mode::Safe { &["--write"] } else { &["--write", "--unsafe-fixes"] };
    asyncfix(folder, program, write)?;
    let once = read_all(folder)?;
    if !wanted.is_empty() && once == source {
        failures.push("nothing changed".to_owned());
    }
    for finding in self::findings(program, mode, folder)? {
        let applied: &[&str] = if mode == Mode::Safe { &["safe"] } else { &["safe", "unsafe"] };
        if applied.iter().any(|level| finding["fix"]["applicability"] == **level) {
            failures.push(format!("a fix is left after it was to be applied: {finding}"));
        }
    }
    asyncfix(folder, program, write)?;
    let twice = read_all(folder)?;
    if twice != once {
        failures.push(format!("a second run changes it again\n{}", changes(&once, &twice)));
    }
    Ok(failures)
}

/// What the real binary finds in the program in `folder`. Some unsafe fixes are only looked for where they are wanted.
fn findings(program: &Program, mode: Mode, folder: &Path) -> Result<Vec<serde_json::Value>> {
    let wanted: &[&str] = if mode == Mode::Safe { &[] } else { &["--unsafe-fixes"] };
    let (report, _) = asyncfix(folder, program, &[&["--output-format", "json"], wanted].concat())?;
    serde_json::from_str(&report).with_context(|| format!("the report is no array of JSON: {report}"))
}

/// Runs the real binary over the program in `folder`.
fn asyncfix(folder: &Path, program: &Program, arguments: &[&str]) -> Result<(String, i32)> {
    let target = if program.run.is_some() { ".".to_owned() } else { program.target() };
    run_asyncfix(folder, &[arguments, &[target.as_str()]].concat())
}

/// Runs the real binary in `folder`: its stdout and its exit status, which is never that of an error.
fn run_asyncfix(folder: &Path, arguments: &[&str]) -> Result<(String, i32)> {
    let output = Command::new(env!("CARGO_BIN_EXE_asyncfix")).args(arguments).current_dir(folder).output()?;
    let status = output.status.code().unwrap_or(-1);
    if !matches!(status, 0 | 1) {
        bail!("asyncfix {arguments:?} ended with {status}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok((String::from_utf8(output.stdout)?, status))
}

/// What is wrong with how the program runs after the rewrite. `fixed`: every expected fix is applied.
fn compare(program: &Program, before: &Outcome, after: &Outcome, fixed: bool) -> Vec<String> {
    let mut failures = Vec::new();
    if let Some(prints) = &program.prints {
        let mended = after.status == Some(0) && after.stdout == *prints;
        if fixed && !mended {
            let what = format!("it is still broken: exit status {:?}", after.status);
            failures.push(format!("{what}\n{}\n{}\ninstead of\n{prints}", after.stderr, after.stdout));
        }
    } else if after.status != before.status {
        failures.push(differing(
            &format!("exit status {:?} became {:?}", before.status, after.status),
            before,
            after,
        ));
    } else if after.stdout != before.stdout {
        failures.push(differing("it prints something else", before, after));
    }
    for complaint in COMPLAINTS {
        if after.stderr.contains(complaint)
            && (!before.stderr.contains(complaint) || fixed && complaint.contains("never awaited"))
        {
            failures.push(format!("stderr now says `{complaint}`\n{}", after.stderr));
        }
    }
    if !fixed {
        return failures;
    }
    if program.event_loop != Loop::Any
        && let Some((line, _)) = after.held()
    {
        failures.push(format!("the loop is still held in {TRIES} runs: {line}"));
    }
    if let Some(limit) = program.peak
        && after.peak > limit
    {
        failures.push(format!("peak {} is over the limit of {limit}", after.peak));
    }
    failures
}

fn differing(what: &str, before: &Outcome, after: &Outcome) -> String {
    let diff = similar::TextDiff::from_lines(&before.stdout, &after.stdout);
    let errors: Vec<&str> = after.stderr.lines().rev().take(30).collect();
    let errors: Vec<&str> = errors.into_iter().rev().collect();
    format!(
        "{what}\n{}\nits stderr ends with:\n{}",
        diff.unified_diff().header("before", "after"),
        errors.join("\n")
    )
}

/// Every Python file and notebook under `folder`, by its path in it.
fn read_all(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "py" || extension == "ipynb") {
                files.insert(path.strip_prefix(folder)?.to_owned(), fs::read(&path)?);
            }
        }
    }
    Ok(files)
}

fn changes(before: &BTreeMap<PathBuf, Vec<u8>>, after: &BTreeMap<PathBuf, Vec<u8>>) -> String {
    let mut text = String::new();
    let empty = Vec::new();
    for (path, new) in after {
        let old = String::from_utf8_lossy(before.get(path).unwrap_or(&empty)).into_owned();
        let new = String::from_utf8_lossy(new).into_owned();
        let name = path.display().to_string();
        if old != new {
            text +=
                &similar::TextDiff::from_lines(&old, &new).unified_diff().header(&name, &name).to_string();
        }
    }
    text
}
