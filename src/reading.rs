//! From a file to what the codemods take, and from what they say of it to what is reported.

use std::cell::RefCell;
use std::hash::Hasher as _;
use std::io::Read as _;
use std::{fs, io};

use asyncfix_codemods::{ModuleFile, Problem, SourceFile};
use rayon::prelude::*;
use rustc_hash::FxHasher;

use crate::config::Folder;
use crate::content::Content;
use crate::discover::{PyFile, Tree};
use crate::guard::PLEASE_REPORT;
use crate::paths::slashes;
use crate::status::Failure;
use crate::write;

/// How many files a thread takes at a time. Left alone, rayon gives each a quarter of all, and one of two threads is
/// idle for a tenth of the run.
pub(crate) const PIECE: usize = 16;

/// Does the work for every number below `n`: [`asyncfix_codemods::Each`].
pub(crate) fn on_all_threads(n: usize, work: &(dyn Fn(usize) + Sync)) {
    (0..n).into_par_iter().with_max_len(PIECE.min(1 + n / 8)).for_each(work);
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

pub(crate) fn source<'s>(file: &'s PyFile, content: &'s Content, module: &'s str) -> SourceFile<'s> {
    let (text, cells) = (content.text(), content.cells());
    SourceFile { path: &file.shown, text, module, is_package: is_package(file), cells }
}

pub(crate) fn is_package(file: &PyFile) -> bool {
    file.path.file_name().is_some_and(|name| name == "__init__.py")
}

pub(crate) fn content(file: &PyFile) -> Result<Vec<u8>, Failure> {
    content_if(file, |_| true).map(Option::unwrap_or_default)
}

/// The content of a file in which `is_wanted` sees what it looks for. Most files are let go of right after that,
/// so they all are read into the same memory.
pub(crate) fn content_if(
    file: &PyFile,
    mut is_wanted: impl FnMut(&[u8]) -> bool,
) -> Result<Option<Vec<u8>>, Failure> {
    thread_local! {
        static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    /// A buffer that one huge file made larger than this many bytes is not kept.
    const KEPT: usize = 4 << 20;
    if let Some(text) = &file.stdin {
        return Ok(is_wanted(text).then(|| text.clone()));
    }
    BUFFER.with_borrow_mut(|buffer| {
        buffer.clear();
        let read = fs::File::open(&file.path).and_then(|mut opened| opened.read_to_end(buffer));
        let wanted = read.map(|_| is_wanted(buffer).then(|| buffer.as_slice().to_vec()));
        if buffer.capacity() > KEPT {
            *buffer = Vec::new();
        }
        wanted.map_err(|error: io::Error| {
            let message = format!("cannot read the file: {}; it was skipped", write::io(&error));
            Failure::new(file.shown.clone(), message)
        })
    })
}

/// The Python of a file.
pub(crate) fn read(file: &PyFile, bytes: Vec<u8>) -> Result<Content, Failure> {
    Content::read(bytes, file.is_notebook()).map_err(|error| {
        let message = format!("{}; the file was skipped", error.message);
        Failure::at(file.shown.clone(), error.row, error.column, message)
    })
}

/// The hash by which the content of a file is known again.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
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
