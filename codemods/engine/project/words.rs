//! Which files name a thing in what they call: to look at those instead of at all.

use std::hash::Hasher as _;

use rustc_hash::{FxHashSet, FxHasher};

use super::summary::Summary;

/// The names in the calls of each file, by their hashes: what is not here is not named. There are a million in a
/// large project, so the hashes are short.
#[derive(Debug)]
pub(super) struct Words(Vec<(u32, u32)>);

impl Words {
    pub(super) fn of(summaries: &[Option<Summary>]) -> Self {
        let mut hashes: Vec<u32> = Vec::new();
        // With each file: where its hashes end.
        let mut ends: Vec<usize> = Vec::with_capacity(summaries.len());
        let mut seen: FxHashSet<u32> = FxHashSet::default();
        for summary in summaries {
            seen.clear();
            for call in summary.iter().flat_map(|summary| &summary.functions).flat_map(|f| &f.calls) {
                seen.extend(call.symbol.split(|c: char| !is_part_of_name(c)).map(hash));
            }
            hashes.extend(&seen);
            ends.push(hashes.len());
        }
        let mut words: Vec<(u32, u32)> = Vec::with_capacity(hashes.len());
        let mut start = 0;
        for (file, end) in (0..).zip(ends) {
            words.extend(hashes[start..end].iter().map(|hash| (*hash, file)));
            start = end;
        }
        drop(hashes);
        words.sort_unstable();
        Self(words)
    }

    /// The files whose calls name this, in order. More may be among them, where hashes are the same.
    pub(super) fn files(&self, word: &str) -> impl Iterator<Item = u32> {
        let hash = hash(word);
        let start = self.0.partition_point(|(known, _)| *known < hash);
        self.0[start..].iter().take_while(move |(known, _)| *known == hash).map(|(_, file)| *file)
    }
}

fn is_part_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn hash(word: &str) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(word.as_bytes());
    let hash = hasher.finish();
    (hash ^ (hash >> 32)) as u32
}
