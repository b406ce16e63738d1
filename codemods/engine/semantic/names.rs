//! The names of one scope, each with its bindings.

use std::hash::Hasher as _;

use rustc_hash::{FxHashMap, FxHasher};
use smallvec::SmallVec;

use super::BindingId;

/// From how many names on a table is worth its while: most functions have fewer, and are many.
const MANY: usize = 16;

/// A name with the part of its hash by which it is looked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key<'n> {
    name: &'n str,
    hash: u32,
}

impl<'n> From<&'n str> for Key<'n> {
    fn from(name: &'n str) -> Self {
        let mut hasher = FxHasher::default();
        hasher.write(name.as_bytes());
        Self { name, hash: (hasher.finish() >> 32) as u32 }
    }
}

/// The names that are bound in a scope, in the order of their first bindings.
#[derive(Debug, Default)]
pub(crate) struct Names<'a> {
    /// The hashes of the names.
    hashes: Vec<u32>,
    entries: Vec<(&'a str, SmallVec<[BindingId; 4]>)>,
    /// The first places of all hashes in that list; empty while there are few.
    places: FxHashMap<u32, u32>,
}

impl<'a> Names<'a> {
    /// The bindings of a name, in order; `None` if there is none.
    pub(crate) fn get<'n>(&self, key: impl Into<Key<'n>>) -> Option<&[BindingId]> {
        let bindings = &self.entries[self.place(key.into())?].1;
        (!bindings.is_empty()).then_some(bindings)
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// All names with their bindings.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'a str, &[BindingId])> {
        let bound = self.entries.iter().filter(|(_, bindings)| !bindings.is_empty());
        bound.map(|(name, bindings)| (*name, bindings.as_slice()))
    }

    /// Adds a binding behind those that the name has.
    pub(super) fn add(&mut self, name: &'a str, binding: BindingId) {
        let key = Key::from(name);
        let place = self.place(key).unwrap_or_else(|| self.open(name, key.hash));
        self.entries[place].1.push(binding);
    }

    /// Adds a binding that was made before others which the name has.
    pub(super) fn insert(&mut self, name: &'a str, binding: BindingId) {
        self.add(name, binding);
        if let Some(place) = self.place(name.into()) {
            self.entries[place].1.sort_unstable();
        }
    }

    /// Takes a binding away.
    pub(super) fn remove(&mut self, name: &str, binding: BindingId) {
        if let Some(place) = self.place(name.into()) {
            self.entries[place].1.retain(|known| *known != binding);
        }
    }

    fn place(&self, key: Key<'_>) -> Option<usize> {
        let is_it = |place: &usize| self.hashes[*place] == key.hash && self.entries[*place].0 == key.name;
        let first = if self.places.is_empty() { 0 } else { *self.places.get(&key.hash)? as usize };
        // With a table the first is it, unless another name has the same hash.
        (first..self.hashes.len()).find(is_it)
    }

    fn open(&mut self, name: &'a str, hash: u32) -> usize {
        let place = self.entries.len();
        self.hashes.push(hash);
        self.entries.push((name, SmallVec::new()));
        if self.entries.len() >= MANY {
            let missing = if self.places.is_empty() { 0 } else { place };
            for (place, hash) in (0..).zip(&self.hashes).skip(missing) {
                self.places.entry(*hash).or_insert(place);
            }
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_names_are_found_alike() {
        let texts: Vec<String> = (0..3 * MANY).map(|number| format!("name{number}")).collect();
        let mut names = Names::default();
        for (at, name) in texts.iter().enumerate() {
            names.add(name, at as BindingId);
            assert_eq!(names.get(texts[0].as_str()), Some(&[0][..]));
            assert_eq!(names.get(name.as_str()), Some(&[at as BindingId][..]));
            assert_eq!(names.get("other"), None);
        }
        names.insert("name3", 1);
        assert_eq!(names.get("name3"), Some(&[1, 3][..]));
        names.remove("name3", 1);
        names.remove("name3", 3);
        assert!(!names.contains("name3"));
        assert_eq!(names.iter().count(), texts.len() - 1);
    }
}
