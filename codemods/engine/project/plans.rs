//! What was planned for the whole program, as plain data: conversions, and objects that get their twins.

use std::hash::Hasher as _;

use ruff_text_size::TextRange;
use rustc_hash::{FxHashMap, FxHasher};

use super::reduce::FunctionId;
use super::shares::{Holder, Share};
use crate::engine::finding::Edit;

/// What is converted, and what is not.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// The functions that become coroutine functions.
    pub(crate) converted: Vec<FunctionId>,
    pub(crate) parts: FxHashMap<u32, Vec<Part>>,
    pub(crate) refusals: FxHashMap<u32, Vec<Refusal>>,
    /// The files that are changed together, with their numbers.
    pub(crate) groups: Vec<Vec<u32>>,
}

/// What one conversion changes in one file.
#[derive(Debug)]
pub(crate) struct Part {
    /// Where it is reported: the first function that it converts here, or the first call.
    pub(crate) range: TextRange,
    pub(crate) message: String,
    pub(crate) edits: Vec<Edit>,
    /// The other files that it changes, as the project names them.
    pub(crate) together_with: Vec<String>,
    pub(crate) text_hash: u64,
}

impl Part {
    /// Whether it was made for this text.
    pub(crate) fn fits(&self, text: &str) -> bool {
        self.text_hash == text_hash(text)
    }
}

/// A function that stays as it is.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// By its qualified name: the file may change before this is said.
    pub(crate) qualname: String,
    pub(crate) is_named: bool,
    pub(crate) reason: String,
}

/// What the change of one share changes in one file.
#[derive(Debug)]
pub(crate) struct SharedPart {
    pub(crate) codemod: &'static str,
    pub(crate) found: Vec<(TextRange, String)>,
    pub(crate) edits: Vec<Edit>,
    /// Why it may not be right, besides what is doubtful about any change of the kind.
    pub(crate) doubts: Option<String>,
    pub(crate) twin: &'static str,
    /// The other files that it changes, as the project names them.
    pub(crate) together_with: Vec<String>,
    pub(crate) text_hash: u64,
}

impl SharedPart {
    /// Whether it was made for this text.
    pub(crate) fn fits(&self, text_hash: u64) -> bool {
        self.text_hash == text_hash
    }

    /// Whether what is found at this range is mended by it.
    pub(crate) fn mends(&self, range: TextRange) -> bool {
        self.found.iter().any(|(found, _)| *found == range)
    }
}

/// What becomes of the shares of a program.
#[derive(Debug, Default)]
pub(crate) struct SharedPlan {
    /// By the number of the file.
    pub(crate) parts: FxHashMap<u32, Vec<SharedPart>>,
    /// Those that become their twins.
    pub(crate) changed: Vec<Share>,
    /// Why the others stay, by their file and what holds them.
    pub(crate) refusals: Vec<(u32, Holder, String)>,
}

/// The hash by which a text is known again.
pub(crate) fn text_hash(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// The files that are changed together, from those that each is changed with, by their paths.
pub(crate) fn joined_groups(mut together: Vec<(u32, Vec<&str>)>, paths: &[String]) -> Vec<Vec<u32>> {
    together.sort_unstable();
    let number: FxHashMap<&str, usize> =
        together.iter().map(|(file, _)| paths[*file as usize].as_str()).zip(0..).collect();
    let mut sets = Sets::new(together.len());
    for (at, (_, others)) in together.iter().enumerate() {
        for other in others.iter().filter_map(|other| number.get(other)) {
            sets.join(at, *other);
        }
    }
    let mut groups: FxHashMap<usize, Vec<u32>> = FxHashMap::default();
    for (at, (file, _)) in together.iter().enumerate() {
        groups.entry(sets.find(at)).or_default().push(*file);
    }
    let mut groups: Vec<Vec<u32>> = groups.into_values().collect();
    groups.sort_unstable();
    groups
}

/// Disjoint sets of numbers.
pub(crate) struct Sets(Vec<usize>);

impl Sets {
    /// Each number below `count` in a set of its own.
    pub(crate) fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    /// The number that stands for the set of another.
    pub(crate) fn find(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    /// Makes two sets one.
    pub(crate) fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.find(one), self.find(other));
        self.0[one.max(other)] = one.min(other);
    }
}
