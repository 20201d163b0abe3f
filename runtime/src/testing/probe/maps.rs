//! Structs and maps, entry by entry.

use serde::de::{DeserializeSeed, MapAccess};

use super::answer::Answer;
use super::refusal::Refusal;
use super::tape::Part;

/// The fields of a struct, all of them, in order.
pub(super) struct Fields<'p> {
    answer: Answer<'p>,
    fields: std::slice::Iter<'static, &'static str>,
}

impl<'p> Fields<'p> {
    pub(super) fn open(answer: Answer<'p>, fields: &'static [&'static str]) -> Self {
        let mut tape = answer.tape();
        tape.fields.get_or_insert(fields);
        tape.enter('{');
        drop(tape);
        let fields = fields.iter();
        Self { answer, fields }
    }

    fn next(&mut self) -> Option<Answer<'p>> {
        let mut tape = self.answer.tape();
        let place = tape.place();
        let field = self.fields.find(|key| !tape.known.is_alias(&place, key));
        let Some(field) = field else {
            tape.leave('}');
            return None;
        };
        tape.comma('{');
        tape.quote(field);
        tape.json.push(':');
        tape.key = Some((place, field));
        tape.within(field, "");
        Some(self.answer.name(field))
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
        self.answer.tape().path.pop();
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
}

impl<'p> Entries<'p> {
    pub(super) fn open(answer: Answer<'p>, count: usize) -> Self {
        let mut tape = answer.tape();
        tape.enter('{');
        let place = tape.place();
        let learned = tape.known.keys(&place).is_some();
        drop(tape);
        Self {
            answer,
            left: count,
            learned,
            place,
            variant: String::new(),
            given: Vec::new(),
        }
    }

    fn learned_key(&self) -> Option<&'static str> {
        let tape = self.answer.tape();
        let known = [&self.place, &format!("{}{}", self.place, self.variant)];
        let mut keys = known
            .into_iter()
            .filter_map(|map| tape.known.keys(map))
            .flatten();
        keys.find(|key| !self.given.contains(key)).copied()
    }

    /// Asks for the next key, which is a name if it was learned.
    fn next(&mut self) -> Option<Answer<'p>> {
        if self.learned {
            let key = self.learned_key()?;
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
        let (name, at) = ("[key]".into(), self.left);
        tape.path.push(Part { name, at });
        Some(self.answer.key())
    }

    /// A value was taken; a tag tells which keys come next.
    fn taken(&mut self) {
        let mut tape = self.answer.tape();
        let place = tape.place();
        if let (Some(variants), Some(last)) = (tape.known.variants(&place), tape.choices.last()) {
            let variant = usize::try_from(last.value).ok();
            let variant = variant.and_then(|variant| variants.get(variant));
            self.variant = format!("{{{}}}", variant.unwrap_or(&""));
        }
        tape.path.pop();
    }

    fn close(&mut self) {
        let mut tape = self.answer.tape();
        tape.leave('}');
        tape.maps.push(format!("{}{}", self.place, self.variant));
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
        if !self.learned
            && let Some(part) = tape.path.last_mut()
        {
            part.name = "[]".into();
        }
        drop(tape);
        Ok(Some(key))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Refusal> {
        let value = seed.deserialize(self.answer.value())?;
        self.taken();
        Ok(value)
    }
}
