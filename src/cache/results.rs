//! The result of a whole run over a project, to be given again when nothing has changed.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, Write as _};

use serde::{Deserialize, Serialize};

use super::{Cache, sum};
use crate::args::{Args, Mode};
use crate::discover::Tree;
use crate::report::Outcome;
use crate::status::Failure;

pub(super) const EXTENSION: &str = "result";

/// What came of a project, and what that rests on.
#[derive(Debug, Serialize, Deserialize)]
struct Stored<R> {
    fingerprint: u64,
    results: R,
}

/// Where the result of this run over a project is kept.
#[derive(Debug)]
pub(crate) struct Results<'c> {
    cache: &'c Cache,
    name: String,
    fingerprint: u64,
}

impl<'c> Results<'c> {
    /// For the runs with these arguments; `fingerprint` says whether the project is as it was.
    pub(crate) fn new(cache: &'c Cache, args: &Args, tree: &Tree, fingerprint: u64) -> Self {
        let mut hasher = DefaultHasher::new();
        // Runs over other paths, or in the other mode, keep their own.
        (&tree.root, &args.paths, args.mode() == Mode::Diff, args.isolated).hash(&mut hasher);
        Self { cache, name: format!("{:016x}.{EXTENSION}", hasher.finish()), fingerprint }
    }

    /// What the last run found, if everything is as it was then.
    pub(crate) fn load(&self) -> Option<(Vec<Outcome>, Vec<Failure>)> {
        let bytes = self.cache.read(&self.name)?;
        let (head, body) = bytes.split_first_chunk::<8>()?;
        if u64::from_le_bytes(*head) != sum(body) {
            return None;
        }
        let (fingerprint, _) = postcard::take_from_bytes::<u64>(body).ok()?;
        if fingerprint != self.fingerprint {
            return None;
        }
        Some(postcard::from_bytes::<Stored<_>>(body).ok()?.results)
    }

    /// Keeps what this run found.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub(crate) fn store(&self, outcomes: &[Outcome], failures: &[Failure]) -> io::Result<()> {
        let stored = Stored { fingerprint: self.fingerprint, results: (outcomes, failures) };
        let body = postcard::to_stdvec(&stored).map_err(io::Error::other)?;
        let mut file = self.cache.create()?;
        file.write_all(&sum(&body).to_le_bytes())?;
        file.write_all(&body)?;
        self.cache.put(file, &self.name)
    }
}
