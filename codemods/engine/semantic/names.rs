//! The names of one scope, each with its bindings.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::BindingId;

/// From how many names on a table is worth its while: most functions have fewer, and are many.
const MANY: usize = 10;

/// The names that are bound in a scope, in the order of their first bindings.
#[derive(Debug, Default)]
pub(crate) struct Names<'a> {
    entries: Vec<(&'a str, SmallVec<[BindingId; 4]>)>,
    /// The places of all names in that list; empty while there are few.
    places: FxHashMap<&'a str, u32>,
}

impl<'a> Names<'a> {
    /// The bindings of a name, in order; `None` if there is none.
    pub(crate) fn get(&self, name: &str) -> Option<&[BindingId]> {
        let bindings = &self.entries[self.place(name)?].1;
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
        let place = self.place(name).unwrap_or_else(|| self.open(name));
        self.entries[place].1.push(binding);
    }

    /// Adds a binding that was made before others which the name has.
    pub(super) fn insert(&mut self, name: &'a str, binding: BindingId) {
        self.add(name, binding);
        if let Some(place) = self.place(name) {
            self.entries[place].1.sort_unstable();
        }
    }

    /// Takes a binding away.
    pub(super) fn remove(&mut self, name: &str, binding: BindingId) {
        if let Some(place) = self.place(name) {
            self.entries[place].1.retain(|known| *known != binding);
        }
    }

    fn place(&self, name: &str) -> Option<usize> {
        if self.places.is_empty() {
            return self.entries.iter().position(|(known, _)| *known == name);
        }
        self.places.get(name).map(|place| *place as usize)
    }

    fn open(&mut self, name: &'a str) -> usize {
        let place = self.entries.len();
        self.entries.push((name, SmallVec::new()));
        if place + 1 == MANY {
            self.places = self.entries.iter().map(|(name, _)| *name).zip(0..).collect();
        } else if place + 1 > MANY {
            self.places.insert(name, place as u32);
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
            assert_eq!(names.get(&texts[0]), Some(&[0][..]));
            assert_eq!(names.get(name), Some(&[at as BindingId][..]));
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
