//! Modules that other files import helpers from: they are completed before anybody imports from them.

use asyncfix_codemods::{Problem, Project, SourceFile, Summary, rewrite, summarize};

use super::Work;
use super::together::Examined;
use crate::args::Mode;
use crate::discover::PyFile;
use crate::guard::guarded;
use crate::reading::{blame, content, our_bug, read, source};
use crate::status::Failure;

/// Whether the settings of a file name it as the module of helpers.
pub(super) fn is_helper(file: &PyFile, module: &str) -> bool {
    file.folder.settings(&file.path).helper_module.as_deref() == Some(module)
}

impl Work<'_> {
    /// The second pass over a module of helpers. The project learns of what the module has then, unless it could not be
    /// written; `hash_then` as for the other files.
    pub(super) fn complete_helper(
        &self,
        number: usize,
        module: &str,
        project: &mut Project,
        hash_then: Option<u64>,
    ) -> Result<Examined, Failure> {
        let file = &self.tree.files[number];
        let completed = guarded(|| {
            let examined = self.examine(file, module, project, hash_then)?;
            let summary = self.completed(file, module, project, &examined)?;
            Ok((self.write(file, examined)?, summary))
        });
        let (examined, summary) = completed.unwrap_or_else(|bug| Err(our_bug(file, &bug)))?;
        if let Some(summary) = summary {
            project.learn(number, &summary, self.mode == Mode::Report);
        }
        Ok(examined)
    }

    /// What a file holds once its fixes are applied; `None` when that is what it holds now.
    fn completed(
        &self,
        file: &PyFile,
        module: &str,
        project: &Project,
        examined: &Examined,
    ) -> Result<Option<Summary>, Failure> {
        let settings = file.folder.settings(&file.path);
        let failed = |problem: Problem| blame(file, &problem);
        if self.mode == Mode::Report {
            let content = read(file, content(file)?)?;
            let source = source(file, &content, module);
            let after = rewrite(&source, &settings, project, file.folder.threshold).map_err(failed)?;
            let after = SourceFile { text: &after.text, cells: &after.cells, ..source };
            return summarize(&after, &settings, false).map(Some).map_err(failed);
        }
        let Some((_, new)) = &examined.contents else { return Ok(None) };
        let content = read(file, new.clone())?;
        summarize(&source(file, &content, module), &settings, false).map(Some).map_err(failed)
    }
}
