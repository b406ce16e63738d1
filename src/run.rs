//! One run, from the command line to the exit status: find, read, link, examine or rewrite, report.

use std::hash::Hasher as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;
use std::{fs, io, thread};

use anyhow::{Context as _, Result};
use asyncfix_codemods::{
    Applicability, Finding, Link, Mentions, ModuleFile, Problem, Project, Rewritten, Scan, Settings,
    SourceFile, Summary, examine, find_mentions, rewrite, summarize, unheeded_comments,
};
use rayon::prelude::*;
use rustc_hash::FxHasher;

use crate::args::{Args, Mode};
use crate::config::{Configs, Folder};
use crate::discover::{Discovered, PyFile, Tree, discover};
use crate::guard::{PLEASE_REPORT, guarded};
use crate::paths::slashes;
use crate::report::{Failure, Outcome, Placed, Report, Rows};
use crate::text::{Decoded, decode};
use crate::write::Replacement;
use crate::{explain, inventory, report, write};

/// Room for the recursion of parser and visitors. Untouched pages cost nothing.
const STACK: usize = 64 << 20;

/// How a run ended; the numbers are a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Nothing found, nothing to change or nothing left.
    Clean = 0,
    /// Something was found, would change or is left.
    Findings = 1,
    /// Something could not be done.
    Failed = 2,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

/// Does what the command line says.
///
/// # Errors
/// The command line or the configuration is wrong, or the output could not be written.
pub(crate) fn run(args: &Args) -> Result<Status> {
    if args.list {
        return explain::list(args);
    }
    if let Some(name) = &args.explain {
        return explain::explain(args, name);
    }
    let start = Instant::now();
    let cwd = std::env::current_dir().context("the current folder is gone or cannot be read")?;
    let threads = args.threads.or_else(|| thread::available_parallelism().ok()).map_or(1, usize::from);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK).build();
    let pool = pool.context("cannot start threads")?;
    let mut configs = Configs::new(args, &cwd)?;
    let Discovered { trees, mut failures } = discover(args, &cwd, &mut configs, threads)?;
    if args.inventory {
        return inventory::run(args, &trees, failures, &mut configs, &pool);
    }
    let scan = Scan::new();
    let mut outcomes = Vec::new();
    let mut checked = 0;
    for tree in &trees {
        let folder = configs.folder(&tree.root)?;
        let roots = roots(&folder, tree);
        let settings = folder.settings(&tree.root);
        let work = Work { tree, mode: args.mode(), scan: &scan, roots, settings };
        let (done, failed) = pool.install(|| work.run());
        outcomes.extend(done);
        failures.extend(failed);
        checked += tree.files.iter().filter(|file| file.requested).count();
    }
    let stdin = trees.into_iter().flat_map(|tree| tree.files).find_map(|file| file.stdin);
    let mut report = Report { outcomes, failures, checked, mode: args.mode(), stdin };
    report.sort();
    report::print(args, &report, start.elapsed())
}

/// Folders modules are imported from, relative to the project's root.
pub(crate) fn roots(folder: &Folder, tree: &Tree) -> Vec<String> {
    let roots = folder.project_roots();
    roots.iter().filter_map(|root| root.strip_prefix(&tree.root).ok()).map(slashes).collect()
}

/// Where a file lies in its project.
pub(crate) fn module_file(tree: &Tree, file: &PyFile) -> ModuleFile {
    let inside = file.path.strip_prefix(&tree.root).unwrap_or(&file.path);
    ModuleFile { path: slashes(inside) }
}

/// The work on one project.
struct Work<'a> {
    tree: &'a Tree,
    mode: Mode,
    scan: &'a Scan,
    /// Folders modules are imported from, relative to the project's root.
    roots: Vec<String>,
    /// What the project's own folder says: it decides what counts as blocking while files are linked.
    settings: Arc<Settings>,
}

/// What the first pass makes of a file.
enum Look {
    /// Nothing can be found in it.
    Idle,
    /// What others need to know of it, and the hash of what was read.
    Summary(Summary, u64),
    Failed(Failure),
}

/// What the second pass makes of a file.
struct Examined {
    outcome: Outcome,
    /// The content as it was read and as it becomes; `None` when it stays.
    contents: Option<(Vec<u8>, Vec<u8>)>,
}

impl Work<'_> {
    fn run(&self) -> (Vec<Outcome>, Vec<Failure>) {
        let files = &self.tree.files;
        let mut failures = Vec::new();
        let mut hashes = vec![None; files.len()];
        let mut link = Link::new(
            &files.iter().map(|file| module_file(self.tree, file)).collect::<Vec<_>>(),
            &self.roots,
            &self.settings,
        );
        let mut next: Vec<usize> = (0..files.len()).filter(|&file| files[file].requested).collect();
        let mut looked = vec![false; files.len()];
        let mut is_first = true;
        while !next.is_empty() {
            let looks: Vec<Look> = next.par_iter().map(|&file| self.look(&link, file, is_first)).collect();
            for (&file, look) in next.iter().zip(looks) {
                looked[file] = !matches!(look, Look::Idle);
                match look {
                    Look::Idle => {}
                    Look::Summary(summary, hash) => {
                        hashes[file] = Some(hash);
                        link.add(file, summary);
                    }
                    Look::Failed(failure) if files[file].requested => failures.push(failure),
                    // A file nobody asked about: calls into it are not followed, and that is all.
                    Look::Failed(_) => {}
                }
            }
            is_first = false;
            next = link.wanted(&|n, work| (0..n).into_par_iter().map(work).collect());
            if next.is_empty() && link.wants_everything() {
                next = (0..files.len()).filter(|&file| !looked[file]).collect();
            }
        }
        let modules: Vec<String> = (0..files.len()).map(|file| link.module(file).to_owned()).collect();
        let mut project = link.finish();
        failures.extend(self.plan(&mut project, &modules));
        let project = project;
        let together = project.groups();
        let mut is_grouped = vec![false; files.len()];
        together.iter().flatten().for_each(|&file| is_grouped[file] = true);
        let marked: Vec<usize> =
            (0..files.len()).filter(|&file| files[file].requested && project.is_marked(file)).collect();
        let second = |&file: &usize| {
            let work = || {
                let examined = self.examine(&files[file], &modules[file], &project, hashes[file])?;
                if is_grouped[file] { Ok(examined) } else { self.write(&files[file], examined) }
            };
            guarded(work).unwrap_or_else(|bug| Err(our_bug(&files[file], &bug)))
        };
        let mut done: Vec<Result<Examined, Failure>> = marked.par_iter().map(second).collect();
        for group in &together {
            let members: Vec<usize> = (0..marked.len()).filter(|at| group.contains(&marked[*at])).collect();
            self.write_together(&marked, &members, &mut done);
        }
        let done = done.into_iter().map(|result| result.map(|examined| examined.outcome));
        let mut outcomes = Vec::new();
        for result in done {
            match result {
                Ok(outcome) => outcomes.push(outcome),
                Err(failure) => failures.push(failure),
            }
        }
        // The process is about to end: taking a whole program's summaries apart would be most of what is left of it.
        std::mem::forget(project);
        (outcomes, failures)
    }

    /// The first pass over a file: read, scan, summarize. Its text is not kept.
    fn look(&self, link: &Link, file: usize, is_first: bool) -> Look {
        let (module, file) = (link.module(file), &self.tree.files[file]);
        let work = || -> Result<Look, Failure> {
            let bytes = content(file)?;
            let settings = file.folder.settings(&file.path);
            let is_helper = settings.helper_module.as_deref() == Some(module);
            if is_first && !file.named && !is_helper && !self.scan.is_interesting(&bytes) {
                return Ok(Look::Idle);
            }
            let hash = hash(&bytes);
            let decoded = text(file, bytes)?;
            match summarize(&source(file, &decoded.text, module), &settings) {
                Ok(summary) => Ok(Look::Summary(summary, hash)),
                Err(problem) => Err(blame(file, &problem)),
            }
        };
        match guarded(work) {
            Ok(Ok(look)) => look,
            Ok(Err(failure)) => Look::Failed(failure),
            Err(bug) => Look::Failed(our_bug(file, &bug)),
        }
    }

    /// Plans what is changed in several files at once. Gives what went wrong.
    fn plan(&self, project: &mut Project, modules: &[String]) -> Vec<Failure> {
        let files = &self.tree.files;
        let Some(mut planner) = project.planner() else { return Vec::new() };
        let unknown = planner.unknown().iter().map(|name| {
            let message = "no function of this name is in the project, so nothing becomes one for coroutines; \
                           write it as `pkg.mod:func` or `pkg.mod:Class.method`";
            Failure::new(format!("--make-async {name}"), message.to_owned())
        });
        let failures = unknown.collect();
        while planner.is_asking() {
            let mentions = |file: usize| {
                let work = || -> Result<Option<Mentions>, Failure> {
                    let (file, module) = (&files[file], &modules[file]);
                    let bytes = content(file)?;
                    if !planner.is_concerned(&bytes) {
                        return Ok(None);
                    }
                    let decoded = text(file, bytes)?;
                    let settings = file.folder.settings(&file.path);
                    let source = source(file, &decoded.text, module);
                    find_mentions(&source, &settings, project, &planner)
                        .map(Some)
                        .map_err(|problem| blame(file, &problem))
                };
                // What fails here has failed in the first pass, and was reported then.
                guarded(work).ok().and_then(Result::ok).flatten()
            };
            let found = (0..files.len()).into_par_iter().map(mentions).collect();
            planner.take(project, found);
        }
        let admits = |file: &PyFile| Applicability::Unsafe.applies(file.folder.threshold);
        let is_applied = self.mode != Mode::Report && files.iter().any(|file| file.requested && admits(file));
        project.settle(planner, &|file| {
            let file = &files[file];
            let is_wanted = file.folder.settings(&file.path).wants_conversions();
            file.requested && is_wanted && (admits(file) || !is_applied)
        });
        if is_applied {
            project.carry_out();
        }
        failures
    }

    /// Writes what changed in a file, if anything is to be written.
    fn write(&self, file: &PyFile, examined: Examined) -> Result<Examined, Failure> {
        if let Some((old, new)) = self.writable(file, &examined) {
            write::replace(&file.path, old, new)
                .map_err(|message| Failure::new(file.shown.clone(), message))?;
        }
        Ok(Examined { contents: None, ..examined })
    }

    /// The content of a file now and what is to be written there.
    fn writable<'e>(&self, file: &PyFile, examined: &'e Examined) -> Option<(&'e [u8], &'e [u8])> {
        let (old, new) = examined.contents.as_ref()?;
        (matches!(self.mode, Mode::Write { .. }) && file.stdin.is_none()).then_some((old, new))
    }

    /// Writes the files that change together, by their positions in `done`, or fails in all of them.
    fn write_together(&self, marked: &[usize], members: &[usize], done: &mut [Result<Examined, Failure>]) {
        let files = &self.tree.files;
        let mut culprit = members.iter().copied().find(|at| done[*at].is_err());
        if culprit.is_none() {
            let ready: Vec<(usize, Replacement<'_>)> = members
                .iter()
                .filter_map(|at| {
                    let file = &files[marked[*at]];
                    let (old, new) = self.writable(file, done[*at].as_ref().ok()?)?;
                    Some((*at, Replacement { path: &file.path, old, new }))
                })
                .collect();
            let replacements: Vec<Replacement<'_>> = ready.iter().map(|(_, each)| *each).collect();
            if let Err((at, message)) = write::replace_all(&replacements) {
                let at = ready[at].0;
                done[at] = Err(Failure::new(files[marked[at]].shown.clone(), message));
                culprit = Some(at);
            }
        }
        let Some(culprit) = culprit else { return };
        let because = &files[marked[culprit]].shown;
        for at in members {
            if done[*at].is_err() {
                continue;
            }
            let message = format!(
                "it was left unchanged, since it changes together with {because}: mend that and run again, or \
                 leave `make-async` out"
            );
            done[*at] = Err(Failure::new(files[marked[*at]].shown.clone(), message));
        }
    }

    /// The second pass over a file: what is found, and what changes. Nothing is written yet.
    fn examine(
        &self,
        file: &PyFile,
        module: &str,
        project: &Project,
        hash_then: Option<u64>,
    ) -> Result<Examined, Failure> {
        let bytes = content(file)?;
        if hash_then.is_some_and(|then| then != hash(&bytes)) {
            // What was linked is not what lies here now.
            return Err(Failure::new(file.shown.clone(), write::CHANGED.to_owned()));
        }
        let decoded = text(file, bytes.clone())?;
        let settings = file.folder.settings(&file.path);
        let source = source(file, &decoded.text, module);
        let threshold = file.folder.threshold;
        let unheeded = unheeded_comments(&source);
        let mut outcome = Outcome { shown: file.shown.clone(), threshold, unheeded, ..Outcome::default() };
        if self.mode == Mode::Report {
            let findings = examine(&source, &settings, project).map_err(|problem| blame(file, &problem))?;
            outcome.left = self.place(findings, Some(&decoded.text));
            return Ok(Examined { outcome, contents: None });
        }
        let rewritten =
            rewrite(&source, &settings, project, threshold).map_err(|problem| blame(file, &problem))?;
        let Rewritten { text, applied, remaining } = rewritten;
        outcome.left = self.place(remaining, Some(&text));
        let mut contents = None;
        if text != decoded.text {
            let new = encode(file, &decoded, &bytes, &text)?;
            outcome.change = Some(report::Change::new(self.mode, file, &bytes, new.clone()));
            contents = Some((bytes, new));
        }
        outcome.applied = self.place(applied, None);
        Ok(Examined { outcome, contents })
    }

    /// Makes findings ready to print while their text is at hand. `None`: their fixes were applied, maybe to a
    /// text between the old and the new.
    fn place(&self, findings: Vec<Finding>, text: Option<&str>) -> Vec<Placed> {
        if findings.is_empty() {
            return Vec::new();
        }
        let rows = text.map(Rows::new);
        let place = |mut finding: Finding| {
            for step in &mut finding.chain {
                let path = self.tree.root.join(&step.filename);
                if let Ok(at) = self.tree.files.binary_search_by(|file| file.path.cmp(&path)) {
                    step.filename.clone_from(&self.tree.files[at].shown);
                }
            }
            match &rows {
                Some(rows) => Placed::new(finding, rows),
                None => Placed::applied(finding),
            }
        };
        findings.into_iter().map(place).collect()
    }
}

pub(crate) fn source<'s>(file: &'s PyFile, text: &'s str, module: &'s str) -> SourceFile<'s> {
    let is_package = file.path.file_name().is_some_and(|name| name == "__init__.py");
    SourceFile { path: &file.shown, text, module, is_package }
}

pub(crate) fn content(file: &PyFile) -> Result<Vec<u8>, Failure> {
    if let Some(text) = &file.stdin {
        return Ok(text.clone());
    }
    fs::read(&file.path).map_err(|error: io::Error| {
        Failure::new(
            file.shown.clone(),
            format!("cannot read the file: {}; it was skipped", write::io(&error)),
        )
    })
}

pub(crate) fn text(file: &PyFile, bytes: Vec<u8>) -> Result<Decoded, Failure> {
    decode(bytes).map_err(|error| {
        let message = format!("{}; the file was skipped", error.message);
        Failure::at(file.shown.clone(), error.row, error.column, message)
    })
}

/// The new content of a file, in its own encoding.
fn encode(file: &PyFile, decoded: &Decoded, old: &[u8], text: &str) -> Result<Vec<u8>, Failure> {
    let fail =
        |message: String| Failure::new(file.shown.clone(), format!("{message}; it was left unchanged"));
    match decoded.encode(&decoded.text) {
        Ok(same) if same == old => {}
        _ => {
            return Err(fail(
                "the file cannot be written back byte for byte in the encoding it declares".to_owned(),
            ));
        }
    }
    decoded
        .encode(text)
        .map_err(|encoding| fail(format!("the new text has characters that {encoding} lacks")))
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(bytes);
    hasher.finish()
}

pub(crate) fn blame(file: &PyFile, problem: &Problem) -> Failure {
    let shown = file.shown.clone();
    match problem {
        Problem::Syntax { message, location } => {
            let message = format!("syntax error: {message}; the file was skipped");
            Failure::at(shown, location.row as usize, location.column as usize, message)
        }
        Problem::TooDeep { location } => {
            let message = "the code nests too deeply to be followed; the file was skipped".to_owned();
            Failure::at(shown, location.row as usize, location.column as usize, message)
        }
        Problem::Internal { .. } => Failure::new(shown, problem.to_string()),
    }
}

pub(crate) fn our_bug(file: &PyFile, bug: &str) -> Failure {
    Failure::new(
        file.shown.clone(),
        format!("asyncfix failed on this file ({bug}); it was left unchanged. {PLEASE_REPORT}"),
    )
}
