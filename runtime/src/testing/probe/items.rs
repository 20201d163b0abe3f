//! What values are made of: items, entries, fields, variants.

use std::fmt::Write;

use serde::de::{DeserializeSeed, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::answers::Answer;
use super::refusal::Refusal;
use super::tape::{Map, Tape};

impl Tape {
    pub(super) fn quote(&mut self, text: &str) {
        // JSON escapes what `Value` escapes.
        let _ = write!(self.json, "{}", serde_json::Value::from(text));
    }

    fn enter(&mut self, bracket: char) {
        self.depth += 1;
        self.json.push(bracket);
    }

    fn leave(&mut self, bracket: char) {
        self.depth -= 1;
        self.progress += 1;
        self.json.push(bracket);
    }

    /// Goes on to the next part of what was opened with the bracket.
    fn comma(&mut self, bracket: char) {
        if !self.json.ends_with(bracket) {
            self.json.push(',');
        }
    }

    fn within(&mut self, name: &str, variant: &str) {
        let dot = if self.path.is_empty() { "" } else { "." };
        self.path.push(format!("{variant}{dot}{name}"));
    }
}

/// A list, or a tuple.
pub(super) struct Items<'p> {
    answer: Answer<'p>,
    left: usize,
    ended: bool,
}

impl<'p> Items<'p> {
    pub(super) fn open(answer: Answer<'p>, count: usize) -> Self {
        answer.tape().enter('[');
        let mut this = Self {
            answer,
            left: count,
            ended: false,
        };
        this.end();
        this
    }

    fn begin(&mut self) -> bool {
        let Some(left) = self.left.checked_sub(1) else {
            return false;
        };
        self.left = left;
        let mut tape = self.answer.tape();
        tape.comma('[');
        tape.path.push("[]".to_owned());
        true
    }

    /// A tuple's visitor does not ask for the item behind the last.
    fn end(&mut self) {
        if self.left == 0 && !self.ended {
            self.ended = true;
            self.answer.tape().leave(']');
        }
    }
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Refusal;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Refusal> {
        if !self.begin() {
            return Ok(None);
        }
        let item = seed.deserialize(self.answer)?;
        self.answer.tape().path.pop();
        self.end();
        Ok(Some(item))
    }
}

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
        let learned = if self.learned {
            self.learned_key()
        } else {
            None
        };
        let left = self.left.checked_sub(1).filter(|_| !self.learned);
        let mut tape = self.answer.tape();
        if let Some(key) = learned {
            tape.comma('{');
            tape.quote(key);
            tape.within(key, &self.variant);
            self.given.push(key);
            return Some(self.answer.name(key));
        }
        let Some(left) = left else {
            drop(tape);
            self.close();
            return None;
        };
        self.left = left;
        tape.comma('{');
        tape.path.push("[]".to_owned());
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
        tape.maps.push(Map {
            place: format!("{}{}", self.place, self.variant),
        });
    }
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Refusal;

    fn next_key_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Refusal> {
        let Some(asked) = self.next() else {
            return Ok(None);
        };
        let key = seed.deserialize(asked)?;
        self.answer.tape().json.push(':');
        Ok(Some(key))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Refusal> {
        let value = seed.deserialize(self.answer.value())?;
        self.taken();
        Ok(value)
    }
}

/// One variant, and what it holds.
pub(super) struct Variant<'p> {
    answer: Answer<'p>,
    name: &'static str,
}

impl<'p> Variant<'p> {
    pub(super) const fn new(answer: Answer<'p>, name: &'static str) -> Self {
        Self { answer, name }
    }

    /// `{"Variant":content}`
    fn enter(&self) -> Answer<'p> {
        let mut tape = self.answer.tape();
        tape.json.push('{');
        tape.quote(self.name);
        tape.json.push(':');
        tape.within(self.name, "");
        self.answer.value()
    }

    fn leave(&self) {
        let mut tape = self.answer.tape();
        tape.json.push('}');
        tape.path.pop();
    }
}

impl<'de> EnumAccess<'de> for Variant<'_> {
    type Error = Refusal;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Refusal> {
        let variant = seed.deserialize(self.answer.name(self.name))?;
        Ok((variant, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = Refusal;

    fn unit_variant(self) -> Result<(), Refusal> {
        self.answer.tape().quote(self.name);
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Refusal> {
        let content = seed.deserialize(self.enter())?;
        self.leave();
        Ok(content)
    }

    fn tuple_variant<V: Visitor<'de>>(self, count: usize, visitor: V) -> Result<V::Value, Refusal> {
        let content = visitor.visit_seq(Items::open(self.enter(), count))?;
        self.leave();
        Ok(content)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let content = visitor.visit_map(Fields::open(self.enter(), fields))?;
        self.leave();
        Ok(content)
    }
}
