//! Structs and maps, entry by entry.

use serde::de::{DeserializeSeed, MapAccess};

use super::answer::Answer;
use super::keys::UNKNOWN;
use super::path::Part;
use super::refusal::Refusal;
use super::tape::Tape;
use super::trace::Seen;
use super::types::Type;

/// The fields of a struct, all of them, in order.
pub(super) struct Fields<'p> {
    answer: Answer<'p>,
    ty: Type,
    left: Vec<&'static str>,
    /// The variant that a tag among them said.
    variant: String,
}

impl<'p> Fields<'p> {
    pub(super) fn open(
        answer: Answer<'p>,
        ty: Type,
        fields: &'static [&'static str],
    ) -> Result<Self, Refusal> {
        answer.end()?;
        let mut tape = answer.tape();
        tape.fields.get_or_insert(fields);
        tape.open(ty, Some(Seen::Struct));
        tape.enter('{');
        let place = tape.place();
        let mut given = tape.given_fields(&place, fields);
        drop(tape);
        given.reverse();
        Ok(Self {
            answer,
            ty,
            left: given,
            variant: String::new(),
        })
    }

    fn next(&mut self) -> Option<Answer<'p>> {
        let mut tape = self.answer.tape();
        let Some(field) = self.left.pop() else {
            tape.leave('}');
            tape.close();
            return None;
        };
        tape.comma('{');
        tape.quote(field);
        tape.json.push(':');
        tape.key = Some((tape.place(), field));
        tape.within(field, &self.variant);
        Some(self.answer.name(field))
    }
}

impl Tape {
    /// The keys that a struct is given: each field once, by one of its names.
    fn given_fields(&self, place: &str, fields: &[&'static str]) -> Vec<&'static str> {
        let Some(trace) = &self.trace else {
            let given = fields.iter().filter(|key| !self.known.is_alias(place, key));
            return given.copied().collect();
        };
        let is_given = |key: &&'static str| {
            let once = !self.known.is_alias(place, key) || trace.insists(place, key);
            once && !trace.leaves_out(place, key)
        };
        let mut given: Vec<&str> = fields.iter().copied().filter(is_given).collect();
        given.sort_by_key(|key| trace.turn(&format!("{place}{}", self.step(key))));
        given.extend(trace.adds_unknown(place).then_some(UNKNOWN));
        given
    }

    /// The variant that was told by the tag that was just taken: one of the names that were learned, or an enum that is
    /// named as the struct around it.
    fn told(&mut self, name: &str) -> Option<String> {
        let place = self.place();
        let named = self.named.last().filter(|(at, _)| *at == place);
        let named = named.filter(|(at, _)| self.known.is_tag(at));
        let variant = match (named, self.left.take()) {
            (Some((_, variant)), _) => *variant,
            (None, Some((left, variant))) if left == name => variant,
            _ => return None,
        };
        Some(format!("{{{variant}}}"))
    }

    /// Goes back from what was taken; a tag tells which keys come next.
    fn taken(&mut self, name: &str, variant: &mut String) {
        let told = self.told(name);
        self.path.pop();
        if let Some(told) = told {
            self.note(Some(&told), Seen::Struct);
            *variant = told;
        }
    }
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Refusal;

    fn next_key_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Refusal> {
        match self.next() {
            None => Ok(None),
            Some(name) => match seed.deserialize(name) {
                Ok(key) => Ok(Some(key)),
                Err(refusal) => Err(refusal),
            },
        }
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Refusal> {
        let value = seed.deserialize(self.answer.value())?;
        self.answer.tape().taken(self.ty.name, &mut self.variant);
        Ok(value)
    }
}

/// A map of any keys, or one whose missing keys were learned.
pub(super) struct Entries<'p> {
    answer: Answer<'p>,
    left: usize,
    learned: bool,
    /// Which map it is; a tag within makes it another one.
    place: String,
    variant: String,
    given: Vec<&'static str>,
    /// Whether it got a key of any name.
    has_other: bool,
}

impl<'p> Entries<'p> {
    pub(super) fn open(answer: Answer<'p>, count: usize) -> Self {
        let mut tape = answer.tape();
        tape.enter('{');
        let place = tape.place();
        let learned = tape.known.keys.of(&place).is_some();
        tape.note(None, if learned { Seen::Struct } else { Seen::Map });
        drop(tape);
        Self {
            answer,
            left: count,
            learned,
            place,
            variant: String::new(),
            given: Vec::new(),
            has_other: false,
        }
    }

    fn learned_key(&self) -> Option<&'static str> {
        let tape = self.answer.tape();
        let known = [&self.place, &format!("{}{}", self.place, self.variant)];
        let trace = tape.trace.as_ref();
        // What stands first is read before anything that is missing elsewhere is missed.
        if tape.known.keys.asks(known[1]) && !self.given.contains(&UNKNOWN) {
            return Some(UNKNOWN);
        }
        let learned = known.iter().filter_map(|map| tape.known.keys.of(map));
        let hinted = known.iter().filter_map(|map| Some(trace?.hinted(map)));
        let keys = learned.chain(hinted);
        let left_out = |key| trace.is_some_and(|trace| trace.leaves_out(&self.place, key));
        let mut keys = keys.flatten().filter(|key| !left_out(key));
        let next = keys.find(|key| !self.given.contains(key)).copied();
        let unknown = || trace.is_some_and(|trace| trace.adds_unknown(&self.place));
        next.or_else(|| (!self.given.contains(&UNKNOWN) && unknown()).then_some(UNKNOWN))
    }

    /// Asks for the next key, which is a name if it was learned.
    fn next(&mut self) -> Option<Answer<'p>> {
        if self.learned {
            let Some(key) = self.learned_key() else {
                return self.other();
            };
            let mut tape = self.answer.tape();
            tape.comma('{');
            tape.quote(key);
            tape.within(key, &self.variant);
            self.given.push(key);
            return Some(self.answer.name(key));
        }
        self.left = self.left.checked_sub(1)?;
        let mut tape = self.answer.tape();
        tape.comma('{');
        tape.path.push(Part::item("[key]", self.left));
        Some(self.answer.key())
    }

    /// A key of any name, once all others were given.
    fn other(&mut self) -> Option<Answer<'p>> {
        let mut tape = self.answer.tape();
        let map = format!("{}{}", self.place, self.variant);
        if std::mem::replace(&mut self.has_other, true) || !tape.known.keys.takes_others(&map) {
            return None;
        }
        tape.comma('{');
        tape.path.push(Part::other("[key]", &self.variant));
        Some(self.answer.key())
    }

    fn close(&mut self) {
        let mut tape = self.answer.tape();
        tape.leave('}');
        tape.maps.push(format!("{}{}", self.place, self.variant));
        let Tape { trace, path, .. } = &mut *tape;
        if let Some(trace) = trace.as_mut().filter(|_| self.learned) {
            trace.keep_flat(path, &self.place, &self.variant);
        }
    }
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Refusal;

    fn next_key_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Refusal> {
        let Some(asked) = self.next() else {
            self.close();
            return Ok(None);
        };
        let key = seed.deserialize(asked)?;
        let mut tape = self.answer.tape();
        tape.json.push(':');
        if let Some(part) = tape.path.last_mut()
            && part.name.ends_with("[key]")
        {
            *part = match part.names() {
                ["", _] => Part::item("[]", part.at),
                [variant, _] => Part::other("[]", variant),
            };
        }
        drop(tape);
        Ok(Some(key))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Refusal> {
        let value = seed.deserialize(self.answer.value())?;
        self.answer.tape().taken("", &mut self.variant);
        Ok(value)
    }
}
