//! Enums that are read where the kind is open: a variant is a name, or a map with its name and what it holds.

use std::collections::{HashMap, HashSet};

use serde::de::{DeserializeSeed, MapAccess};

use super::answer::Answer;
use super::refusal::Refusal;
use super::tape::{DEEP, Tape, Way};

/// A variant, by the place of its enum.
type At = (String, &'static str);

#[derive(Debug, Default)]
pub(super) struct Variants {
    names: HashMap<String, &'static [&'static str]>,
    /// Those that hold something, and those that do not.
    full: HashSet<At>,
    bare: HashSet<At>,
    /// The variant whose content stands at a place.
    within: HashMap<String, At>,
}

impl Variants {
    pub(super) fn names(&self, place: &str) -> Option<&'static [&'static str]> {
        self.names.get(place).copied()
    }

    /// Keeps the names that are taken at a place; whether that is new.
    pub(super) fn keep(&mut self, place: String, names: &'static [&'static str]) -> bool {
        self.names.insert(place, names).is_none()
    }

    /// Keeps that these were taken as names alone.
    pub(super) fn keep_bare(&mut self, named: &[At]) {
        self.bare.extend(named.iter().cloned());
    }

    /// Whether a variant holds something, as far as it is known.
    pub(super) fn is_full(&self, place: &str, variant: &'static str) -> bool {
        !self.full.is_empty() && self.full.contains(&(place.to_owned(), variant))
    }

    /// Of names of which one was refused since it holds something: the first that nobody knows of. If it was another
    /// one, what it is given is refused next.
    pub(super) fn fill<'a>(&mut self, mut named: impl Iterator<Item = &'a At>) -> bool {
        let unknown = named.find(|at| !self.bare.contains(*at));
        unknown.is_some_and(|at| self.full.insert(at.clone()))
    }

    /// What stands here was refused, since nothing is to stand here; whether it is what a variant was to hold.
    pub(super) fn empty(&mut self, place: &str) -> bool {
        let Some(at) = self.within.remove(place) else {
            return false;
        };
        self.full.remove(&at);
        self.bare.insert(at)
    }
}

impl Tape {
    /// Keeps which variant is given here, if that is of interest.
    pub(super) fn keep_variant(&mut self, variant: &'static str) {
        if let Some(trace) = &mut self.trace {
            trace.gave_variant(&self.path, variant);
        }
    }

    /// The variant of this turn, if the names are known that are taken here.
    pub(super) fn open_variant(&mut self) -> Option<&'static str> {
        let place = self.place();
        let names = self.known.variants.names(&place)?;
        // Beyond some depth each variant has its turn, so that one that ends comes up.
        let turn = self.depth.saturating_sub(DEEP);
        let picked = self.pick(Way::Variant, names.len(), 0);
        let name = names[(picked + turn) % names.len()];
        self.keep_variant(name);
        Some(name)
    }
}

/// A variant that holds something.
pub(super) struct Content<'p> {
    answer: Answer<'p>,
    variant: Option<&'static str>,
}

impl<'p> Content<'p> {
    pub(super) fn open(answer: Answer<'p>, variant: &'static str) -> Self {
        answer.tape().enter('{');
        Self {
            answer,
            variant: Some(variant),
        }
    }
}

impl<'de> MapAccess<'de> for Content<'_> {
    type Error = Refusal;

    fn next_key_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Refusal> {
        let Some(variant) = self.variant.take() else {
            self.answer.tape().leave('}');
            return Ok(None);
        };
        let key = seed.deserialize(self.answer.name(variant))?;
        let mut tape = self.answer.tape();
        tape.quote(variant);
        tape.json.push(':');
        let at = (tape.place(), variant);
        tape.within(variant, "");
        let place = tape.place();
        tape.known.variants.within.insert(place, at);
        Ok(Some(key))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Refusal> {
        let value = seed.deserialize(self.answer.value())?;
        self.answer.tape().path.pop();
        Ok(value)
    }
}
