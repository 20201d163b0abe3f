//! How many items a tuple has that is read where the kind is open: what refuses it says how many it got and wants.

use std::collections::{HashMap, HashSet};

#[derive(Debug, Default)]
pub(super) struct Lengths {
    known: HashMap<String, usize>,
    /// The lists of this run that may be of any length, and how many items they were given.
    given: Vec<(String, usize)>,
    /// The list that is given another number of items, and that number: whoever got so many says so.
    asked: Option<(String, usize)>,
    /// Lists whose items are of several types, as far as it seems: each is given one item until its length is known.
    mixed: HashSet<String>,
    /// Those that were not the one that is looked for.
    cleared: HashSet<String>,
}

impl Lengths {
    /// Starts a run.
    pub(super) fn rewind(&mut self) {
        self.given.clear();
    }

    /// Looks no further: the last run said nothing of lengths.
    pub(super) fn forget(&mut self) {
        self.asked = None;
        self.cleared.clear();
    }

    pub(super) fn of(&self, place: &str) -> Option<usize> {
        self.known.get(place).copied()
    }

    /// How many items a list is given whose length nobody knows.
    pub(super) fn give(&mut self, place: String, count: usize) -> usize {
        let asked = self.asked.as_ref().filter(|(at, _)| *at == place);
        let count = count.min(if self.mixed.contains(&place) {
            1
        } else {
            count
        });
        let count = asked.map_or(count, |(_, count)| *count);
        self.given.push((place, count));
        count
    }

    /// Keeps that the items of a list are not alike; this is their place.
    pub(super) fn mix(&mut self, item: &str) {
        if let Some(list) = item.strip_suffix("[]") {
            self.mixed.insert(list.to_owned());
        }
    }

    /// Learns from a refusal of a list that got so many; whether the next run comes further.
    pub(super) fn learn(&mut self, got: usize, wanted: usize) -> bool {
        if let Some((asked, count)) = self.asked.take() {
            if got == count {
                return self.keep(asked, wanted);
            }
            self.cleared.insert(asked);
        }
        let possible = self.given.iter();
        let possible = possible.filter(|(place, count)| {
            *count == got && got != wanted && !self.cleared.contains(place)
        });
        let mut places: Vec<&String> = possible.map(|(place, _)| place).collect();
        places.dedup();
        match places.as_slice() {
            [] => false,
            [only] => {
                let only = (*only).clone();
                self.keep(only, wanted)
            }
            [first, ..] => {
                // An item more could be of another type, of which this list knows nothing.
                self.asked = Some(((*first).clone(), usize::from(got == 0)));
                true
            }
        }
    }

    fn keep(&mut self, place: String, wanted: usize) -> bool {
        self.cleared.clear();
        self.known.insert(place, wanted) != Some(wanted)
    }
}

/// The length that is wanted, in the words of serde's own visitors.
pub(super) fn wanted(expected: &str) -> Option<usize> {
    let number = |text: &str| text.split(' ').next()?.parse().ok();
    let behind = ["with ", "of size ", "of length "].into_iter();
    let mut behind = behind.filter_map(|words| expected.rsplit_once(words));
    let in_sequence = expected.ends_with(" in sequence");
    behind
        .find_map(|(_, rest)| number(rest))
        .or_else(|| number(expected).filter(|_| in_sequence))
}

#[cfg(test)]
mod tests {
    use super::{Lengths, wanted};

    /// A run in which these lists were given so many items.
    fn run(lengths: &mut Lengths, given: &[(&str, usize)]) -> Vec<usize> {
        lengths.rewind();
        let given = given.iter();
        given
            .map(|(place, count)| match lengths.of(place) {
                Some(known) => known,
                None => lengths.give((*place).to_owned(), *count),
            })
            .collect()
    }

    #[test]
    fn the_only_list_of_that_length_is_the_one() {
        let mut lengths = Lengths::default();
        assert_eq!(run(&mut lengths, &[("a", 1), ("b", 2)]), [1, 2]);
        assert!(lengths.learn(1, 3));
        assert_eq!(run(&mut lengths, &[("a", 1), ("b", 2)]), [3, 2]);
        assert!(!lengths.learn(7, 3));
        assert!(!lengths.learn(2, 2));
    }

    #[test]
    fn of_several_the_one_is_found_by_another_number_of_items() {
        let mut lengths = Lengths::default();
        let lists = [("a", 1), ("b", 1), ("b", 1), ("c", 1)];
        run(&mut lengths, &lists);
        assert!(lengths.learn(1, 2));
        assert_eq!(run(&mut lengths, &lists), [0, 1, 1, 1]);
        assert!(lengths.learn(1, 2));
        assert_eq!(run(&mut lengths, &lists), [1, 0, 0, 1]);
        assert!(lengths.learn(0, 2));
        assert_eq!(run(&mut lengths, &lists), [1, 2, 2, 1]);
        // The first may be one as well, of another length.
        assert!(lengths.learn(1, 5));
        assert_eq!(run(&mut lengths, &lists), [0, 2, 2, 1]);
        lengths.forget();
        assert_eq!(run(&mut lengths, &lists), [1, 2, 2, 1]);
    }

    #[test]
    fn the_words_of_visitors_say_how_many_are_wanted() {
        for (expected, count) in [
            ("a tuple of size 3", Some(3)),
            ("an array of length 12", Some(12)),
            ("tuple struct Pair with 2 elements", Some(2)),
            ("tuple variant Choice::Two with 2 elements", Some(2)),
            ("tuple struct One with 1 element", Some(1)),
            ("8 elements in sequence", Some(8)),
            ("1 element in sequence", Some(1)),
            ("3 of them", None),
            ("a string", None),
        ] {
            assert_eq!(wanted(expected), count, "{expected}");
        }
    }
}
