//! The edits of a change from one class to its twin, while it is being planned.

use ruff_text_size::{Ranged, TextRange, TextSize};

/// A change of the text. Of what is inserted in one place, the lower rank comes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) range: TextRange,
    rank: i64,
    pub(super) text: String,
}

/// The changes planned so far.
#[derive(Debug, Default, Clone)]
pub(super) struct Changes(Vec<Change>);

impl Changes {
    pub(super) fn replace(&mut self, range: TextRange, text: impl Into<String>) {
        self.push(Change { range, rank: 0, text: text.into() });
    }

    /// Puts text around an expression: around what is put around the expressions inside of it.
    pub(super) fn surround(&mut self, expr: impl Ranged, before: &str, after: &str) {
        let range = expr.range();
        let length = i64::from(range.len().to_u32());
        if !before.is_empty() {
            self.insert(range.start(), before, -length);
        }
        if !after.is_empty() {
            self.insert(range.end(), after, length);
        }
    }

    /// Puts text before everything else that is put there.
    pub(super) fn insert_first(&mut self, at: TextSize, text: &str) {
        self.insert(at, text, i64::MIN);
    }

    fn insert(&mut self, at: TextSize, text: &str, rank: i64) {
        self.push(Change { range: TextRange::empty(at), rank, text: text.to_owned() });
    }

    fn push(&mut self, change: Change) {
        if !self.0.contains(&change) {
            self.0.push(change);
        }
    }

    /// All of them, by place and rank.
    pub(super) fn sorted(&self) -> Vec<Change> {
        let mut all = self.0.clone();
        all.sort_by_key(|change| (change.range.start(), change.range.end(), change.rank));
        all
    }
}
