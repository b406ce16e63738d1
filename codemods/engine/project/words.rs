//! Which files go through an attribute of some name in what they call: to look at those instead of at all.

use std::hash::Hasher as _;

use rustc_hash::FxHasher;

use super::modules::Modules;
use super::summary::Summary;

/// The attributes that the calls of each file go through, by the hashes of their names: what is not here is in none.
/// There are many in a large project, so the hashes are short.
#[derive(Debug)]
pub(super) struct Words {
    /// Hashes with their files, by the first bits of the hash and then by file.
    entries: Vec<(u32, u32)>,
    /// Where the entries of each value of these bits begin, and where the last end.
    starts: Vec<u32>,
}

/// How many bits of a hash are left out to sort by the first ones.
const REST: u32 = 20;

impl Words {
    /// The path of a file's own module, with which many of its symbols begin, names nothing in other files.
    pub(super) fn of(summaries: &[Option<Summary>], modules: &Modules) -> Self {
        let mut hashes: Vec<u32> = Vec::new();
        // With each file: where its hashes end.
        let mut ends: Vec<usize> = Vec::with_capacity(summaries.len());
        let mut of_file: Vec<u32> = Vec::new();
        for (file, summary) in (0..).zip(summaries) {
            let module = modules.name(file).as_bytes();
            of_file.clear();
            for call in summary.iter().flat_map(|summary| &summary.functions).flat_map(|f| &f.calls) {
                let symbol = call.symbol.as_bytes();
                let rest = symbol.strip_prefix(module).filter(|rest| rest.first() == Some(&b'.'));
                // What is called comes last and is not gone through; what comes first has nobody's attribute.
                let mut words = rest.unwrap_or(symbol).split(|byte| *byte == b'.');
                words.next();
                words.next_back();
                of_file.extend(words.filter(|word| !word.ends_with(b")")).map(hash));
            }
            of_file.sort_unstable();
            of_file.dedup();
            hashes.extend(&of_file);
            ends.push(hashes.len());
        }
        let mut starts = vec![0; (1 << (u32::BITS - REST)) + 1];
        for hash in &hashes {
            starts[(hash >> REST) as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut entries = vec![(0, 0); hashes.len()];
        let mut start = 0;
        for (file, end) in (0..).zip(ends) {
            for hash in &hashes[start..end] {
                let place = &mut next[(hash >> REST) as usize];
                entries[*place as usize] = (*hash, file);
                *place += 1;
            }
            start = end;
        }
        Self { entries, starts }
    }

    /// The files whose calls go through an attribute of this name, in order. More may be among them, where hashes are
    /// the same.
    pub(super) fn files(&self, word: &str) -> impl Iterator<Item = u32> {
        let hash = hash(word.as_bytes());
        let at = (hash >> REST) as usize;
        let entries = &self.entries[self.starts[at] as usize..self.starts[at + 1] as usize];
        entries.iter().filter(move |(known, _)| *known == hash).map(|(_, file)| *file)
    }
}

fn hash(word: &[u8]) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(word);
    let hash = hasher.finish();
    (hash ^ (hash >> 32)) as u32
}
