//! Which files name a thing in what they call: to look at those instead of at all.

use std::hash::Hasher as _;

use rustc_hash::{FxHashSet, FxHasher};

use super::summary::Summary;

/// The names in the calls of each file, by their hashes: what is not here is not named.
#[derive(Debug)]
pub(super) struct Words(Vec<(u64, u32)>);

impl Words {
    pub(super) fn of(summaries: &[Option<Summary>]) -> Self {
        let mut words: Vec<(u64, u32)> = Vec::new();
        let mut seen: FxHashSet<u64> = FxHashSet::default();
        for (file, summary) in (0..).zip(summaries) {
            seen.clear();
            for call in summary.iter().flat_map(|summary| &summary.functions).flat_map(|f| &f.calls) {
                seen.extend(call.symbol.split(|c: char| !is_part_of_name(c)).map(hash));
            }
            words.extend(seen.iter().map(|word| (*word, file)));
        }
        words.sort_unstable();
        words.shrink_to_fit();
        Self(words)
    }

    /// The files whose calls name this, in order. One more may be among them, where two hashes are the same.
    pub(super) fn files(&self, word: &str) -> impl Iterator<Item = u32> {
        let hash = hash(word);
        let start = self.0.partition_point(|(known, _)| *known < hash);
        self.0[start..].iter().take_while(move |(known, _)| *known == hash).map(|(_, file)| *file)
    }
}

fn is_part_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn hash(word: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(word.as_bytes());
    hasher.finish()
}
