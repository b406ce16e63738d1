//! Changes that span files: planned once the files are linked, written in all of them or in none.

use asyncfix_codemods::{Applicability, Mentions, Project, find_mentions};
use rayon::prelude::*;

use super::Work;
use crate::args::Mode;
use crate::discover::PyFile;
use crate::guard::guarded;
use crate::reading::{PIECE, blame, content_if, read, source};
use crate::report::Outcome;
use crate::status::Failure;
use crate::write::{self, Replacement};

/// What the second pass makes of a file.
pub(super) struct Examined {
    pub(super) outcome: Outcome,
    /// The content as it was read and as it becomes; `None` when it stays, or is written already.
    pub(super) contents: Option<(Vec<u8>, Vec<u8>)>,
}

/// The files that change together.
pub(super) struct Together {
    /// As positions in the list of marked files.
    groups: Vec<Vec<usize>>,
    /// By the number of the file.
    is_held: Vec<bool>,
}

impl Together {
    pub(super) fn new(project: &Project, marked: &[usize]) -> Self {
        let mut is_held = vec![false; project.len()];
        let groups = project.groups();
        groups.iter().flatten().for_each(|&file| is_held[file] = true);
        let position = |file: &usize| marked.binary_search(file).ok();
        let groups = groups.iter().map(|group| group.iter().filter_map(position).collect()).collect();
        Self { groups, is_held }
    }

    /// Whether a file is written when the others of its group are.
    pub(super) fn holds(&self, file: usize) -> bool {
        self.is_held[file]
    }

    /// Writes the groups whose files could all be examined; the others fail as a whole.
    pub(super) fn write(&self, work: &Work<'_>, marked: &[usize], done: &mut [Result<Examined, Failure>]) {
        let file = |at: usize| &work.tree.files[marked[at]];
        for group in &self.groups {
            let mut culprit = group.iter().copied().find(|at| done[*at].is_err());
            if culprit.is_none()
                && let Err((at, message)) = write_group(work, group, &file, done)
            {
                done[at] = Err(Failure::new(file(at).shown.clone(), message));
                culprit = Some(at);
            }
            let Some(culprit) = culprit else { continue };
            let message = format!(
                "it was left unchanged, since it changes together with {}: mend that and run again",
                file(culprit).shown
            );
            for &at in group {
                if done[at].is_ok() {
                    done[at] = Err(Failure::new(file(at).shown.clone(), message.clone()));
                }
            }
        }
    }
}

/// Writes the files of one group, by their positions in `done`, or gives the one that could not be written.
fn write_group<'w>(
    work: &Work<'_>,
    group: &[usize],
    file: &dyn Fn(usize) -> &'w PyFile,
    done: &[Result<Examined, Failure>],
) -> Result<(), (usize, String)> {
    let ready: Vec<(usize, Replacement<'_>)> = group
        .iter()
        .filter_map(|&at| {
            let (old, new) = work.writable(file(at), done[at].as_ref().ok()?)?;
            Some((at, Replacement { path: &file(at).path, old, new }))
        })
        .collect();
    let replacements: Vec<Replacement<'_>> = ready.iter().map(|(_, each)| *each).collect();
    write::replace_all(&replacements).map_err(|(at, message)| (ready[at].0, message))
}

impl Work<'_> {
    /// Plans what is changed in several files at once. Gives what went wrong.
    pub(super) fn plan(&self, project: &mut Project, modules: &[String]) -> Vec<Failure> {
        let files = &self.tree.files;
        let admits = |file: &PyFile| Applicability::Unsafe.applies(file.folder.threshold);
        // To ask is to read every file: for fixes that nobody gets to see it is not done.
        let asks = self.shows_fixes || files.iter().any(|file| file.requested && admits(file));
        let Some(mut planner) = project.planner(asks) else { return Vec::new() };
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
                    let Some(bytes) = content_if(file, |bytes| planner.is_concerned(bytes))? else {
                        return Ok(None);
                    };
                    let content = read(file, bytes)?;
                    let settings = file.folder.settings(&file.path);
                    let source = source(file, &content, module);
                    find_mentions(&source, &settings, project, &planner)
                        .map(Some)
                        .map_err(|problem| blame(file, &problem))
                };
                // What fails here has failed in the first pass, and was reported then.
                guarded(work).ok().and_then(Result::ok).flatten()
            };
            let found = (0..files.len()).into_par_iter().with_max_len(PIECE).map(mentions).collect();
            planner.take(project, found);
        }
        let is_applied = self.mode != Mode::Report && files.iter().any(|file| file.requested && admits(file));
        project.settle(planner, &|file, codemod| {
            let file = &files[file];
            let is_wanted = file.folder.settings(&file.path).selection.contains(codemod);
            file.requested && is_wanted && (admits(file) || !is_applied)
        });
        if is_applied {
            project.carry_out();
        }
        failures
    }

    /// Writes what changed in a file, if anything is to be written.
    pub(super) fn write(&self, file: &PyFile, examined: Examined) -> Result<Examined, Failure> {
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
}
