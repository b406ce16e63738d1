//! The summaries of a project's files, so that only what changed is parsed again.
//!
//! One file for a project: the summaries one after another in the order in which the threads made them, then the
//! index, and last where the index begins and its sum.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, BufWriter, Write as _};
use std::sync::Mutex;

use asyncfix_codemods::Summary;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::{Cache, Stamp, sum};
use crate::discover::Tree;

pub(super) const EXTENSION: &str = "summaries";

/// What is kept of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// See [`super::key`].
    pub(crate) key: u64,
    pub(crate) stamp: Stamp,
    /// Of the content.
    pub(crate) hash: u64,
    /// Whether it holds any of the words without which nothing can be found in it.
    pub(crate) is_interesting: bool,
    /// `None` while nobody asked what the file defines.
    place: Option<Place>,
    /// Whether the summary also says that something is found in the file by itself.
    pub(crate) is_probed: bool,
}

impl Kept {
    /// Of a file whose summary is not kept yet.
    pub(crate) fn new(key: u64, stamp: Stamp, hash: u64, is_interesting: bool, is_probed: bool) -> Self {
        Self { key, stamp, hash, is_interesting, place: None, is_probed }
    }
}

/// Where a summary lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    start: usize,
    length: usize,
    sum: u64,
}

/// What one run knows of a file that the next may use.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fresh {
    /// It is as it was kept; the content has this stamp now.
    Same(Kept, Stamp),
    New(Kept),
}

/// What is kept of a project, and what is to be.
#[derive(Debug)]
pub(crate) struct Summaries<'c> {
    cache: &'c Cache,
    name: String,
    /// What was read, without the head.
    old: Vec<u8>,
    index: FxHashMap<String, Kept>,
    new: Mutex<Option<Writing>>,
}

/// A file being written, and how many bytes of summaries it holds.
#[derive(Debug)]
struct Writing {
    file: BufWriter<NamedTempFile>,
    length: usize,
}

impl<'c> Summaries<'c> {
    /// What earlier runs kept of a project: nothing, if it cannot be read.
    pub(crate) fn load(cache: &'c Cache, tree: &Tree) -> Self {
        let mut hasher = DefaultHasher::new();
        tree.root.hash(&mut hasher);
        let name = format!("{:016x}.{EXTENSION}", hasher.finish());
        let old = cache.read(&name).unwrap_or_default();
        let index = index(&old).unwrap_or_default();
        Self { cache, name, old, index, new: Mutex::new(None) }
    }

    /// What is kept of the file at this path.
    pub(crate) fn get(&self, path: &str) -> Option<Kept> {
        self.index.get(path).copied()
    }

    /// The summary that is kept; `None` when there is none, or it is damaged.
    pub(crate) fn summary(&self, kept: &Kept) -> Option<Summary> {
        let bytes = self.bytes(kept.place?)?;
        postcard::from_bytes(bytes).ok()
    }

    fn bytes(&self, place: Place) -> Option<&[u8]> {
        let bytes = self.old.get(place.start..place.start.checked_add(place.length)?)?;
        (sum(bytes) == place.sum).then_some(bytes)
    }

    /// Writes a new summary down, for what is known of its file otherwise.
    pub(crate) fn keep(&self, summary: &Summary, of: Kept) -> Option<Kept> {
        let bytes = postcard::to_stdvec(summary).ok()?;
        let mut new = self.new.lock().ok()?;
        let writing = match &mut *new {
            Some(writing) => writing,
            none => none.insert(Writing { file: BufWriter::new(self.cache.create().ok()?), length: 0 }),
        };
        let place = writing.append(&bytes).ok()?;
        Some(Kept { place: Some(place), ..of })
    }

    /// Finishes what was written: `files` are those that the next run may use, by their paths.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub(crate) fn finish(self, files: Vec<(String, Fresh)>) -> io::Result<()> {
        let writing = self.new.lock().map(|mut new| new.take()).unwrap_or_default();
        let is_news = |fresh: &Fresh| match fresh {
            Fresh::Same(kept, stamp) => kept.stamp != *stamp,
            Fresh::New(_) => true,
        };
        if writing.is_none()
            && files.len() == self.index.len()
            && !files.iter().any(|(_, fresh)| is_news(fresh))
        {
            return Ok(());
        }
        let mut writing = match writing {
            Some(writing) => writing,
            None => Writing { file: BufWriter::new(self.cache.create()?), length: 0 },
        };
        let mut index: Vec<(String, Kept)> = Vec::with_capacity(files.len());
        for (path, fresh) in files {
            let kept = match fresh {
                Fresh::New(kept) => kept,
                Fresh::Same(kept, stamp) => {
                    let Some(place) = kept.place else {
                        index.push((path, Kept { stamp, ..kept }));
                        continue;
                    };
                    let Some(bytes) = self.bytes(place) else { continue };
                    Kept { stamp, place: Some(writing.append(bytes)?), ..kept }
                }
            };
            index.push((path, kept));
        }
        let start = writing.length;
        let index = postcard::to_stdvec(&index).map_err(io::Error::other)?;
        writing.file.write_all(&index)?;
        writing.file.write_all(&(start as u64).to_le_bytes())?;
        writing.file.write_all(&sum(&index).to_le_bytes())?;
        let file = writing.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        self.cache.put(file, &self.name)
    }
}

impl Writing {
    fn append(&mut self, bytes: &[u8]) -> io::Result<Place> {
        self.file.write_all(bytes)?;
        let place = Place { start: self.length, length: bytes.len(), sum: sum(bytes) };
        self.length += bytes.len();
        Ok(place)
    }
}

/// The index at the end of a file.
fn index(file: &[u8]) -> Option<FxHashMap<String, Kept>> {
    let (rest, sum_of_index) = file.split_last_chunk::<8>()?;
    let (rest, start) = rest.split_last_chunk::<8>()?;
    let bytes = rest.get(usize::try_from(u64::from_le_bytes(*start)).ok()?..)?;
    if sum(bytes) != u64::from_le_bytes(*sum_of_index) {
        return None;
    }
    let entries: Vec<(String, Kept)> = postcard::from_bytes(bytes).ok()?;
    Some(entries.into_iter().collect())
}
