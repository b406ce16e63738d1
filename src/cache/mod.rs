//! What earlier runs found out, kept between runs: the result of a whole run, and the summaries of its files.
//!
//! A cache only ever saves time. It is passed over when it is of another build, damaged or cannot be read, and a
//! run that cannot write it is as good as any other. Runs may share a folder: a file in it is written under another
//! name and then put in its place, whole.

mod results;
mod stamp;
mod summaries;

use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rustc_hash::FxHasher;
use tempfile::NamedTempFile;

use crate::args::Args;

pub(crate) use results::Results;
pub(crate) use stamp::{Basis, Stamp, fingerprint, key};
pub(crate) use summaries::{Fresh, Kept, Summaries};

/// Reading so few files takes no longer than reading what is kept of them.
const WORTH_IT: usize = 50;
/// What no run has written for so long is removed.
const FORGOTTEN: Duration = Duration::from_hours(30 * 24);

/// A folder for what is kept.
#[derive(Debug)]
pub(crate) struct Cache {
    folder: PathBuf,
    /// Tells this build of asyncfix from all others.
    build: u64,
    /// The folder was named: it is used however few the files.
    is_given: bool,
}

impl Cache {
    /// The folder that the command line names, or that of the user; `None` where there is to be no cache, or no
    /// place for one.
    pub(crate) fn of(args: &Args) -> Option<Self> {
        if args.no_cache {
            return None;
        }
        let folder = match &args.cache_dir {
            Some(folder) => folder.clone(),
            None => dirs::cache_dir()?.join("asyncfix"),
        };
        // Between two releases every build finds something else.
        let program = fs::metadata(std::env::current_exe().ok()?).ok()?;
        let mut hasher = FxHasher::default();
        (env!("CARGO_PKG_VERSION"), program.len(), program.modified().ok()?).hash(&mut hasher);
        Some(Self { folder, build: hasher.finish(), is_given: args.cache_dir.is_some() })
    }

    /// Whether a project of so many files is worth it.
    pub(crate) fn is_for(&self, files: usize) -> bool {
        self.is_given || files >= WORTH_IT
    }

    /// What was written under this name by this build, without the head.
    fn read(&self, name: &str) -> Option<Vec<u8>> {
        let mut bytes = fs::read(self.folder.join(name)).ok()?;
        let head = self.head();
        bytes.starts_with(&head).then(|| bytes.split_off(head.len()))
    }

    /// What every file in the folder begins with.
    fn head(&self) -> Vec<u8> {
        [b"asyncfix".as_slice(), &self.build.to_le_bytes()].concat()
    }

    /// A new file in the folder, with its head.
    fn create(&self) -> io::Result<NamedTempFile> {
        fs::create_dir_all(&self.folder)?;
        let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(&self.folder)?;
        file.write_all(&self.head())?;
        Ok(file)
    }

    /// Gives a finished file its name.
    fn put(&self, file: NamedTempFile, name: &str) -> io::Result<()> {
        file.persist(self.folder.join(name)).map_err(|error| error.error)?;
        self.forget();
        Ok(())
    }

    /// Removes what was not written for long: projects go away, and nobody tells us.
    fn forget(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        for entry in entries.flatten() {
            let written = entry.metadata().and_then(|metadata| metadata.modified());
            let age = written.ok().and_then(|written| SystemTime::now().duration_since(written).ok());
            if age.is_some_and(|age| age > FORGOTTEN) && is_ours(&entry.path()) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// Whether a file in the folder has a name that we give.
fn is_ours(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some(results::EXTENSION | summaries::EXTENSION))
}

/// A sum by which damage is noticed.
fn sum(bytes: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(bytes);
    hasher.finish()
}
