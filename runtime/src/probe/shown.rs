//! What open questions were answered with: a refusal shows the answer, and by it the place is found.

use std::collections::{HashMap, HashSet};

/// Texts for places of which nobody knows what they take, each for one place.
#[derive(Debug, Default)]
pub(super) struct Words {
    places: HashMap<String, String>,
    /// Places where one was taken.
    taken: HashSet<String>,
}

impl Words {
    /// The word itself if no other place has it, else one that begins with it.
    pub(super) fn of(&mut self, word: &str, place: &str) -> String {
        if self.taken.contains(place) {
            return word.to_owned();
        }
        let numbered = (2..).map(|number| format!("{word} {number}"));
        let mut words = std::iter::once(word.to_owned()).chain(numbered);
        let free = |word: &String| self.places.get(word).is_none_or(|at| at == place);
        let free = words.find(free).unwrap_or_default();
        if !self.places.contains_key(&free) {
            self.places.insert(free.clone(), place.to_owned());
        }
        free
    }

    /// Has these said nowhere, since they are names.
    pub(super) fn reserve(&mut self, names: &[&str]) {
        for name in names {
            self.places.insert((*name).to_owned(), String::new());
        }
    }

    /// Keeps that what was shown was taken.
    pub(super) fn keep(&mut self, shown: &Shown) {
        for (place, _) in &shown.0 {
            if !self.taken.contains(place) {
                self.taken.insert(place.clone());
            }
        }
    }
}

/// The answers of one run, in order: the place, and the answer as errors show it.
#[derive(Debug, Default)]
pub(super) struct Shown(Vec<(String, String)>);

impl Shown {
    pub(super) fn keep(&mut self, place: String, shown: String) {
        self.0.push((place, shown));
    }

    /// The places that were given this, the last one first.
    pub(super) fn at(&self, shown: &str) -> impl Iterator<Item = &str> {
        let given = self.0.iter().rev();
        let given = given.filter(move |(_, other)| other == shown);
        given.map(|(place, _)| place.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{Shown, Words};

    #[test]
    fn a_word_belongs_to_one_place_until_something_is_taken_there() {
        let mut words = Words::default();
        assert_eq!(words.of("pair", "a.pair"), "pair");
        assert_eq!(words.of("pair", "b.pair"), "pair 2");
        assert_eq!(words.of("pair", "c.pair"), "pair 3");
        assert_eq!(words.of("pair", "b.pair"), "pair 2");
        let mut shown = Shown::default();
        shown.keep("b.pair".to_owned(), "string \"pair 2\"".to_owned());
        words.keep(&shown);
        words.reserve(&["Card"]);
        assert_eq!(words.of("Card", "Card"), "Card 2");
        assert_eq!(words.of("pair", "b.pair"), "pair");
        assert_eq!(words.of("pair", "c.pair"), "pair 3");
    }

    #[test]
    fn the_last_place_that_was_given_something_comes_first() {
        let mut shown = Shown::default();
        for (place, what) in [("a", "map"), ("b", "sequence"), ("c", "map")] {
            shown.keep(place.to_owned(), what.to_owned());
        }
        assert_eq!(shown.at("map").collect::<Vec<_>>(), ["c", "a"]);
    }
}
