//! Which of the names that are read where the kind is open are tags: they tell which keys stand beside them.

use std::collections::HashSet;

use super::refusal::{Problem, Refusal};

/// No enum has so many variants: whoever reads it says what it would have been.
pub(super) const INDEX: u64 = u64::MAX;

/// An enum is read from a text or a map; the tag of one, as serde derives it, from a variant's index as well.
#[derive(Debug, Default)]
pub(super) struct Tags {
    pub(super) known: HashSet<String>,
    /// Places of names of which it is not known yet.
    doubts: HashSet<String>,
    /// The place that was given an index in this run.
    asked: Option<String>,
}

impl Tags {
    /// Starts a run.
    pub(super) fn rewind(&mut self) {
        self.asked = None;
    }

    /// What asks for a name and nothing else is a tag.
    pub(super) fn keep(&mut self, place: String) {
        self.known.insert(place);
    }

    pub(super) fn doubt(&mut self, place: &str) {
        if !self.known.contains(place) {
            self.doubts.insert(place.to_owned());
        }
    }

    /// Whether this place is given an index.
    pub(super) fn asks(&mut self, place: &str) -> bool {
        let asks = self.asked.is_none() && self.doubts.remove(place);
        if asks {
            self.asked = Some(place.to_owned());
        }
        asks
    }

    pub(super) fn is_asked(&self, place: &str) -> bool {
        self.asked.as_deref() == Some(place)
    }

    /// Whether a refusal is the answer to an index.
    pub(super) fn learn(&mut self, refusal: &Refusal) -> bool {
        let Some(place) = self.asked.take() else {
            return false;
        };
        match refusal.problem() {
            Problem::Kind { got, expected } if got.contains(&INDEX.to_string()) => {
                if expected.starts_with("variant index") {
                    self.known.insert(place);
                }
                true
            }
            Problem::Other => true,
            // Something else came first.
            _ => {
                self.doubts.insert(place);
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::de::{Error, Unexpected};

    use super::{INDEX, Refusal, Tags};

    /// Of two places that are in doubt, the first one is given an index.
    fn asked() -> Tags {
        let mut tags = Tags::default();
        tags.doubt("a");
        tags.doubt("b");
        assert!(tags.asks("a") && tags.is_asked("a"));
        assert!(!tags.asks("b"));
        tags
    }

    fn index(expected: &str) -> Refusal {
        Refusal::invalid_value(Unexpected::Unsigned(INDEX), &expected)
    }

    #[test]
    fn a_place_is_asked_once_and_what_it_says_is_kept() {
        let mut tags = asked();
        assert!(tags.learn(&index("variant index 0 <= i < 3")));
        assert!(tags.known.contains("a"));
        tags.doubt("a");
        assert!(!tags.asks("a"));

        for said in [index("a string"), Refusal::custom("no name")] {
            let mut tags = asked();
            assert!(tags.learn(&said));
            assert!(tags.known.is_empty() && !tags.asks("a"));
            assert!(tags.asks("b"));
        }
    }

    #[test]
    fn a_place_is_asked_again_where_something_else_came_first() {
        let other = Refusal::invalid_value(Unexpected::Unsigned(7), &"variant index 0 <= i < 3");
        for said in [other, Refusal::missing_field("b")] {
            let mut tags = asked();
            assert!(!tags.learn(&said));
            assert!(!tags.learn(&said));
            assert!(tags.known.is_empty() && tags.asks("a"));
        }
    }

    #[test]
    fn a_run_that_was_taken_asks_no_further() {
        let mut tags = asked();
        tags.rewind();
        assert!(!tags.is_asked("a"));
        assert!(tags.asks("b"));
    }
}
