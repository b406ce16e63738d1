//! One run, from the command line to the exit status: find, read, link, examine or rewrite, report.

mod helpers;
mod together;

use std::sync::Arc;
use std::thread;
use std::time::{Instant, SystemTime};

use anyhow::{Context as _, Result};
use asyncfix_codemods::{
    Cell, Finding, Link, ModuleFile, Project, Rewritten, Scan, Settings, Summary, examine, rewrite,
    summarize, unheeded_comments,
};
use rayon::prelude::*;

use crate::args::{Args, Mode, OutputFormat};
use crate::cache::{Basis, Cache, Fresh, Kept, Results, Stamp, Summaries, fingerprint, key};
use crate::config::Configs;
use crate::content::Content;
use crate::discover::{Discovered, PyFile, Tree, discover};
use crate::guard::guarded;
use crate::reading::{
    PIECE, blame, content, content_if, hash, is_package, module_file, on_all_threads, our_bug, read, roots,
    source,
};
use crate::report::{Outcome, Placed, Report, Rows};
use crate::status::{Failure, Status};
use crate::{explain, inventory, report, write};
use helpers::is_helper;
use together::{Examined, Together};

/// Room for the recursion of parser and visitors. Untouched pages cost nothing.
const STACK: usize = 64 << 20;

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
    let cache = Cache::of(args);
    let now = SystemTime::now();
    let mut outcomes = Vec::new();
    let mut checked = 0;
    for tree in &trees {
        let folder = configs.folder(&tree.root)?;
        let roots = roots(&folder, tree);
        let settings = folder.settings(&tree.root);
        let shows_fixes = args.mode() == Mode::Report && args.output_format == OutputFormat::Json;
        let work = Work { tree, mode: args.mode(), scan: &scan, roots, settings, now, shows_fixes };
        let cache = cache.as_ref().filter(|cache| cache.is_for(tree.files.len()));
        let (done, failed) = pool.install(|| match cache {
            Some(cache) => work.run_with(cache, args),
            None => work.run(None),
        });
        outcomes.extend(done);
        failures.extend(failed);
        checked += tree.files.iter().filter(|file| file.requested).count();
    }
    let stdin = trees.into_iter().flat_map(|tree| tree.files).find_map(|file| file.stdin);
    let mut report = Report { outcomes, failures, checked, mode: args.mode(), stdin };
    report.sort();
    report::print(args, &report, start.elapsed())
}

/// The work on one project.
pub(crate) struct Work<'a> {
    pub(crate) tree: &'a Tree,
    pub(crate) mode: Mode,
    scan: &'a Scan,
    /// Folders modules are imported from, relative to the project's root.
    pub(crate) roots: Vec<String>,
    /// What the project's own folder says: it decides what counts as blocking while files are linked.
    pub(crate) settings: Arc<Settings>,
    /// When the run began.
    pub(crate) now: SystemTime,
    /// Whether the report has the edits of fixes in it, be they applied or not.
    pub(crate) shows_fixes: bool,
}

/// What is kept of the files of a project, and how they are now.
struct Known<'c> {
    summaries: Summaries<'c>,
    /// By file.
    stamps: Vec<Option<Stamp>>,
}

/// What the first pass makes of a file.
enum Look {
    /// Nothing can be found in it.
    Idle(Option<Fresh>),
    /// What others need to know of it, and the hash of what was read.
    Summary(Box<Summary>, u64, Option<Fresh>),
    Failed(Failure),
}

/// What a look is for.
#[derive(Clone, Copy)]
struct Purpose {
    /// The file may hold findings; otherwise others ask what it defines.
    is_first: bool,
    /// It is summarised whatever it holds.
    is_asked_for: bool,
}

impl Known<'_> {
    /// The look at a file that an earlier run already had, for a file that now has this stamp.
    fn again(&self, kept: Kept, stamp: Stamp, purpose: Purpose) -> Option<Look> {
        let fresh = Some(Fresh::Same(kept, stamp));
        if !purpose.is_asked_for && !kept.is_interesting {
            return Some(Look::Idle(fresh));
        }
        if purpose.is_first && !kept.is_probed {
            return None;
        }
        Some(Look::Summary(Box::new(self.summaries.summary(&kept)?), kept.hash, fresh))
    }

    /// Keeps what is known now. Of files that this run did not look at that is what was known before.
    fn finish(self, places: Vec<ModuleFile>, fresh: Vec<Option<Fresh>>) {
        let all = places.into_iter().zip(fresh).filter_map(|(place, fresh)| {
            let before = || self.summaries.get(&place.path).map(|kept| Fresh::Same(kept, kept.stamp));
            let fresh = fresh.or_else(before)?;
            Some((place.path, fresh))
        });
        let all = all.collect();
        // Where it cannot be kept the next run takes as long as this one.
        let _ = self.summaries.finish(all);
    }
}

impl Work<'_> {
    /// The run with the help of earlier ones.
    fn run_with(&self, cache: &Cache, args: &Args) -> (Vec<Outcome>, Vec<Failure>) {
        let stamps = Stamp::of_all(self.tree);
        let is_repeatable = !matches!(self.mode, Mode::Write { .. });
        let basis = Basis {
            tree: self.tree,
            mode: self.mode,
            roots: &self.roots,
            settings: &self.settings,
            now: self.now,
            shows_fixes: self.shows_fixes,
        };
        let fingerprint = is_repeatable.then(|| fingerprint(&basis, &stamps));
        let results = fingerprint.flatten().map(|found| Results::new(cache, args, self.tree, found));
        if let Some(known) = results.as_ref().and_then(Results::load) {
            return known;
        }
        let known = Known { summaries: Summaries::load(cache, self.tree), stamps };
        let (outcomes, failures) = self.run(Some(known));
        if let Some(results) = results {
            // Where it cannot be kept the next run takes as long as this one.
            let _ = results.store(&outcomes, &failures);
        }
        (outcomes, failures)
    }

    fn run(&self, known: Option<Known<'_>>) -> (Vec<Outcome>, Vec<Failure>) {
        let files = &self.tree.files;
        let mut failures = Vec::new();
        let mut hashes = vec![None; files.len()];
        let mut fresh: Vec<Option<Fresh>> = vec![None; files.len()];
        let places: Vec<ModuleFile> = files.iter().map(|file| module_file(self.tree, file)).collect();
        let mut link = Link::new(&places, &self.roots, &self.settings);
        let mut next: Vec<usize> = (0..files.len()).filter(|&file| files[file].requested).collect();
        let mut looked = vec![false; files.len()];
        let mut is_first = true;
        while !next.is_empty() {
            let look = |&file: &usize| {
                let known = known.as_ref().map(|known| (known, places[file].path.as_str()));
                guarded(|| self.look(&link, file, known, is_first))
                    .unwrap_or_else(|bug| Err(our_bug(&files[file], &bug)))
                    .unwrap_or_else(Look::Failed)
            };
            let looks: Vec<Look> = next.par_iter().with_max_len(PIECE).map(look).collect();
            for (&file, look) in next.iter().zip(looks) {
                looked[file] = !matches!(look, Look::Idle(_));
                match look {
                    Look::Idle(kept) => fresh[file] = kept,
                    Look::Summary(summary, hash, kept) => {
                        hashes[file] = Some(hash);
                        fresh[file] = kept;
                        link.add(file, *summary);
                    }
                    Look::Failed(failure) if files[file].requested => failures.push(failure),
                    // A file nobody asked about: calls into it are not followed, and that is all.
                    Look::Failed(_) => {}
                }
            }
            is_first = false;
            next = link.wanted(&|n, work| (0..n).into_par_iter().with_max_len(PIECE).map(work).collect());
            if next.is_empty() && link.wants_everything() {
                next = (0..files.len()).filter(|&file| !looked[file]).collect();
            }
        }
        if let Some(known) = known {
            known.finish(places, fresh);
        }
        let modules: Vec<String> = (0..files.len()).map(|file| link.module(file).to_owned()).collect();
        let mut project = link.finish(&on_all_threads);
        failures.extend(self.plan(&mut project, &modules));
        let is_marked = |file: usize| {
            let settings = files[file].folder.settings(&files[file].path);
            project.is_marked(file, &settings)
        };
        let marked: Vec<usize> =
            (0..files.len()).filter(|&file| files[file].requested && is_marked(file)).collect();
        let together = Together::new(&project, &marked);
        let (helpers, rest): (Vec<usize>, Vec<usize>) = marked
            .iter()
            .partition(|&&file| is_helper(&files[file], &modules[file]) && !together.holds(file));
        let first: Vec<(usize, Result<Examined, Failure>)> = helpers
            .into_iter()
            .map(|file| (file, self.complete_helper(file, &modules[file], &mut project, hashes[file])))
            .collect();
        let project = project;
        let second = |&file: &usize| {
            let work = || {
                let examined = self.examine(&files[file], &modules[file], &project, hashes[file])?;
                if together.holds(file) { Ok(examined) } else { self.write(&files[file], examined) }
            };
            guarded(work).unwrap_or_else(|bug| Err(our_bug(&files[file], &bug)))
        };
        let mut done: Vec<Result<Examined, Failure>> = rest.par_iter().with_max_len(1).map(second).collect();
        for (helper, examined) in first {
            done.insert(marked.partition_point(|&file| file < helper), examined);
        }
        together.write(self, &marked, &mut done);
        let mut outcomes = Vec::new();
        for result in done {
            match result {
                Ok(examined) => outcomes.push(examined.outcome),
                Err(failure) => failures.push(failure),
            }
        }
        // The process is about to end: taking a whole program's summaries apart would be most of what is left of it.
        std::mem::forget(project);
        (outcomes, failures)
    }

    /// The first pass over a file: read, scan, summarize, or what an earlier run knew of it. Its text is not kept.
    fn look(
        &self,
        link: &Link,
        number: usize,
        known: Option<(&Known<'_>, &str)>,
        is_first: bool,
    ) -> Result<Look, Failure> {
        let (module, file) = (link.module(number), &self.tree.files[number]);
        let settings = file.folder.settings(&file.path);
        let is_helper = is_helper(file, module);
        let purpose = Purpose { is_first, is_asked_for: !is_first || file.named || is_helper };
        let known = known.and_then(|(known, path)| Some((known, path, known.stamps[number]?)));
        let key = known.map_or(0, |_| key(&settings, module, is_package(file)));
        let kept =
            known.and_then(|(known, path, _)| known.summaries.get(path)).filter(|kept| kept.key == key);
        if let (Some((known, _, stamp)), Some(kept)) = (known, kept)
            && kept.stamp == stamp
            && let Some(look) = known.again(kept, stamp, purpose)
        {
            return Ok(look);
        }
        let (mut hashed, mut is_interesting) = (0, false);
        let bytes = content_if(file, |bytes| {
            is_interesting = self.scan.is_interesting(bytes);
            let is_wanted = purpose.is_asked_for || is_interesting;
            if is_wanted || known.is_some() {
                hashed = hash(bytes);
            }
            is_wanted
        })?;
        let stamp = known.map(|(_, _, stamp)| stamp.to_keep(self.now));
        if let (Some((known, ..)), Some(kept), Some(stamp)) = (known, kept, stamp)
            && kept.hash == hashed
            && let Some(look) = known.again(kept, stamp, purpose)
        {
            return Ok(look);
        }
        let about = stamp.map(|stamp| Kept::new(key, stamp, hashed, is_interesting, is_first));
        let Some(bytes) = bytes else { return Ok(Look::Idle(about.map(Fresh::New))) };
        let content = read(file, bytes)?;
        if matches!(content, Content::Nothing) {
            return Ok(Look::Idle(None));
        }
        // What was asked for by others and has none of the words can still be told what it is. A module of helpers may
        // lack them.
        let may_find = is_first && (is_interesting || is_helper);
        let summary = summarize(&source(file, &content, module), &settings, may_find)
            .map_err(|problem| blame(file, &problem))?;
        let kept = known.zip(about).and_then(|((known, ..), about)| known.summaries.keep(&summary, about));
        Ok(Look::Summary(Box::new(summary), hashed, kept.map(Fresh::New)))
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
        let content = read(file, bytes.clone())?;
        let settings = file.folder.settings(&file.path);
        let source = source(file, &content, module);
        let threshold = file.folder.threshold;
        let unheeded = unheeded_comments(&source);
        let mut outcome = Outcome { shown: file.shown.clone(), threshold, unheeded, ..Outcome::default() };
        if self.mode == Mode::Report {
            let findings = examine(&source, &settings, project).map_err(|problem| blame(file, &problem))?;
            outcome.left = self.place(findings, Some((content.text(), content.cells())));
            return Ok(Examined { outcome, contents: None });
        }
        let rewritten =
            rewrite(&source, &settings, project, threshold).map_err(|problem| blame(file, &problem))?;
        let Rewritten { text, applied, remaining, cells } = rewritten;
        outcome.left = self.place(remaining, Some((&text, &cells)));
        let mut contents = None;
        if text != content.text() {
            let new = content.with(&bytes, &text, &cells).map_err(|message| {
                Failure::new(file.shown.clone(), format!("{message}; it was left unchanged"))
            })?;
            outcome.change = Some(report::Change::new(self.mode, file, &bytes, new.clone()));
            contents = Some((bytes, new));
        }
        outcome.applied = self.place(applied, None);
        Ok(Examined { outcome, contents })
    }

    /// Makes findings ready to print while their text, with its cells, is at hand. `None`: their fixes were applied,
    /// maybe to a text between the old and the new.
    fn place(&self, findings: Vec<Finding>, text: Option<(&str, &[Cell])>) -> Vec<Placed> {
        if findings.is_empty() {
            return Vec::new();
        }
        let rows = text.map(|(text, cells)| Rows::new(text, cells));
        let place = |mut finding: Finding| {
            for step in finding.chain.iter_mut().chain(&mut finding.other_chain) {
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
