//! What the tests over the codemods' examples share: a small project in memory, linked as the shell links one.

use std::fmt;

use asyncfix_codemods::examples::{Example, marked_cells, parse};
use asyncfix_codemods::{
    Applicability, CODEMODS, Cell, Codemod, Finding, Link, Mentions, ModuleFile, Problem, Project, Rewritten,
    Scan, Settings, SourceFile, examine, find_mentions, rewrite, summarize,
};

/// A path and a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TextFile {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl TextFile {
    /// Where the cells begin, in the file of a notebook.
    pub(crate) fn cells(&self) -> Vec<Cell> {
        if self.path.ends_with(".ipynb") { marked_cells(&self.text) } else { Vec::new() }
    }
}

/// Every example of every codemod.
pub(crate) fn all_examples() -> Vec<(&'static Codemod, Example)> {
    let mut all = Vec::new();
    for codemod in CODEMODS {
        let examples = parse(codemod.examples).unwrap_or_else(|error| panic!("{}: {error}", codemod.name));
        all.extend(examples.into_iter().map(|example| (*codemod, example)));
    }
    all
}

/// A project of a few files, linked, with what its codemods need.
pub(crate) struct Linked<'a> {
    files: &'a [TextFile],
    settings: &'a Settings,
    modules: Vec<String>,
    cells: Vec<Vec<Cell>>,
    project: Project,
}

impl<'a> Linked<'a> {
    /// Summarizes the files that a scan of their bytes does not rule out, then whatever linking asks for.
    pub(crate) fn new(files: &'a [TextFile], settings: &'a Settings) -> Result<Self, Failure> {
        let paths: Vec<ModuleFile> =
            files.iter().map(|file| ModuleFile { path: file.path.clone() }).collect();
        let mut link = Link::new(&paths, &[], settings);
        let modules: Vec<String> = (0..files.len()).map(|index| link.module(index).to_owned()).collect();
        let cells: Vec<Vec<Cell>> = files.iter().map(TextFile::cells).collect();
        let scan = Scan::new();
        let mut needed: Vec<usize> = (0..files.len())
            .filter(|index| link.wants_everything() || scan.is_interesting(files[*index].text.as_bytes()))
            .collect();
        let mut added = vec![false; files.len()];
        while !needed.is_empty() {
            for index in needed.into_iter().filter(|index| !std::mem::replace(&mut added[*index], true)) {
                let file = source(&files[index], &modules[index], &cells[index]);
                link.add(
                    index,
                    summarize(&file, settings, true).map_err(|problem| Failure::new(&file, problem))?,
                );
            }
            needed = link.wanted(&|n, work| (0..n).for_each(work));
        }
        let mut linked =
            Self { files, settings, modules, cells, project: link.finish(&|n, work| (0..n).for_each(work)) };
        linked.plan()?;
        linked.learn(true)?;
        Ok(linked)
    }

    /// Plans what is changed in several files at once.
    fn plan(&mut self) -> Result<(), Failure> {
        let Some(mut planner) = self.project.planner(true) else { return Ok(()) };
        while planner.is_asking() {
            let look = |file: SourceFile<'_>| {
                find_mentions(&file, self.settings, &self.project, &planner)
                    .map_err(|problem| Failure::new(&file, problem))
            };
            let found: Result<Vec<Option<Mentions>>, Failure> =
                self.sources().map(|file| look(file).map(Some)).collect();
            planner.take(&self.project, found?);
        }
        self.project.settle(planner, &|_, _| true);
        Ok(())
    }

    /// Rewrites the module that the others import helpers from before them.
    fn learn(&mut self, is_coming: bool) -> Result<(), Failure> {
        let is_helper = |file: &SourceFile<'_>| Some(file.module) == self.settings.helper_module.as_deref();
        let Some((index, file)) = self.sources().enumerate().find(|(_, file)| is_helper(file)) else {
            return Ok(());
        };
        let failed = |problem| Failure::new(&file, problem);
        let rewritten = rewrite(&file, self.settings, &self.project, Applicability::Safe).map_err(failed)?;
        let after = SourceFile { text: &rewritten.text, cells: &rewritten.cells, ..file };
        let summary = summarize(&after, self.settings, false).map_err(failed)?;
        self.project.learn(index, &summary, is_coming);
        Ok(())
    }

    /// The findings in each file. One that has any must have been marked by linking, or the shell would not look.
    pub(crate) fn findings(&self) -> Result<Vec<Vec<Finding>>, Failure> {
        let each = self.sources().enumerate().map(|(index, file)| {
            let findings = examine(&file, self.settings, &self.project)
                .map_err(|problem| Failure::new(&file, problem))?;
            if findings.is_empty() || self.project.is_marked(index, self.settings) {
                return Ok(findings);
            }
            Err(Failure {
                path: file.path.to_owned(),
                message: format!("has findings but is not marked: {findings:?}"),
            })
        });
        each.collect()
    }

    /// Each file after the fixes of level `threshold` and above.
    pub(crate) fn rewritten(&mut self, threshold: Applicability) -> Result<Vec<Rewritten>, Failure> {
        if Applicability::Unsafe.applies(threshold) {
            self.project.carry_out();
        }
        self.learn(false)?;
        let each = self.sources().map(|file| {
            rewrite(&file, self.settings, &self.project, threshold)
                .map_err(|problem| Failure::new(&file, problem))
        });
        each.collect()
    }

    fn sources(&self) -> impl Iterator<Item = SourceFile<'_>> {
        let named = self.files.iter().zip(&self.modules).zip(&self.cells);
        named.map(|((file, module), cells)| source(file, module, cells))
    }
}

fn source<'s>(file: &'s TextFile, module: &'s str, cells: &'s [Cell]) -> SourceFile<'s> {
    let is_package = file.path.ends_with("__init__.py");
    SourceFile { path: &file.path, text: &file.text, module, is_package, cells }
}

/// Why a file of an example could not be looked at.
#[derive(Debug)]
pub(crate) struct Failure {
    path: String,
    message: String,
}

impl Failure {
    fn new(file: &SourceFile<'_>, problem: Problem) -> Self {
        Self { path: file.path.to_owned(), message: format!("{problem}\nin\n{}", file.text) }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}
