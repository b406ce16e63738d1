//! Whether anything changed, going by what the file system says of files.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use asyncfix_codemods::Settings;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::args::Mode;
use crate::discover::{PyFile, Tree};

/// A file changed so shortly before it is looked at, in nanoseconds, may change again and show the same time: some
/// file systems count in steps of two seconds.
const SETTLES: u64 = 2_000_000_000;

/// A file as the file system describes it: when this is the same, so is the content.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Stamp {
    /// Bytes.
    length: u64,
    /// When the content changed, in nanoseconds since 1970.
    modified: u64,
    /// When anything about the file changed, in the same unit; 0 where the system does not say.
    changed: u64,
}

impl Stamp {
    /// Of the file at `path`; `None` where it cannot be had.
    fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        let modified = nanoseconds(metadata.modified().ok()?);
        Some(Self { length: metadata.len(), modified, changed: changed(&metadata) })
    }

    /// Of all files of a project, in their order. What standard input stands for has none.
    pub(crate) fn of_all(tree: &Tree) -> Vec<Option<Self>> {
        tree.files
            .par_iter()
            .map(|file| if file.stdin.is_some() { None } else { Self::of(&file.path) })
            .collect()
    }

    /// The stamp to keep with what is read now: none that could ever match, where the file has not settled.
    pub(crate) fn to_keep(self, now: SystemTime) -> Self {
        if self.is_settled(now) { self } else { Self::default() }
    }

    /// Whether the file had its last change long enough before `now` that another one would show.
    pub(crate) fn is_settled(self, now: SystemTime) -> bool {
        self.modified.max(self.changed).saturating_add(SETTLES) <= nanoseconds(now)
    }
}

fn nanoseconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}

#[cfg(unix)]
fn changed(metadata: &fs::Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    let nanoseconds = i128::from(metadata.ctime()) * 1_000_000_000 + i128::from(metadata.ctime_nsec());
    u64::try_from(nanoseconds).unwrap_or_default()
}

#[cfg(not(unix))]
fn changed(_metadata: &fs::Metadata) -> u64 {
    0
}

/// What besides its content decides what is found in a file: how it is configured and what it is called.
pub(crate) fn key(settings: &Settings, module: &str, is_package: bool) -> u64 {
    let mut hasher = DefaultHasher::new();
    postcard::to_stdvec(settings).unwrap_or_default().hash(&mut hasher);
    (module, is_package).hash(&mut hasher);
    hasher.finish()
}

/// What a run over a project is made with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Basis<'b> {
    pub(crate) tree: &'b Tree,
    pub(crate) mode: Mode,
    /// Folders modules are imported from, relative to the project's root.
    pub(crate) roots: &'b [String],
    pub(crate) settings: &'b Settings,
    /// When the run began.
    pub(crate) now: SystemTime,
    /// Whether the report has the edits of fixes in it, be they applied or not.
    pub(crate) shows_fixes: bool,
}

/// Everything that the result of a run over a project rests on; `None` where some of it cannot be told or may
/// change unseen.
pub(crate) fn fingerprint(basis: &Basis<'_>, stamps: &[Option<Stamp>]) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    let Basis { tree, mode, roots, settings, now, shows_fixes } = basis;
    (&tree.root, *mode == Mode::Diff, roots, shows_fixes).hash(&mut hasher);
    postcard::to_stdvec(*settings).ok()?.hash(&mut hasher);
    let mut last: Option<&PyFile> = None;
    for (file, stamp) in tree.files.iter().zip(stamps) {
        let stamp = stamp.filter(|stamp| stamp.is_settled(*now))?;
        (&file.path, &file.shown, file.requested, file.named, stamp).hash(&mut hasher);
        // Files of one folder follow one another, and have much the same settings.
        let like_last = last.is_some_and(|last| {
            std::sync::Arc::ptr_eq(&last.folder, &file.folder) && !file.folder.has_exceptions()
        });
        if !like_last {
            postcard::to_stdvec(&*file.folder.settings(&file.path)).ok()?.hash(&mut hasher);
            file.folder.threshold.hash(&mut hasher);
        }
        last = Some(file);
    }
    Some(hasher.finish())
}
