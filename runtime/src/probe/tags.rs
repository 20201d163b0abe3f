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
        match &refusal.problem {
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
