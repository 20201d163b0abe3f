//! What values are made of: items, entries, fields, variants.

use std::borrow::Cow;
use std::fmt::Write;

use serde::de::{DeserializeSeed, EnumAccess, SeqAccess, VariantAccess, Visitor};

use super::answer::Answer;
use super::maps::Fields;
use super::path::Part;
use super::refusal::Refusal;
use super::tape::Tape;
use super::trace::Seen;
use super::types::Type;

impl Tape {
    pub(super) fn quote(&mut self, text: &str) {
        // JSON escapes what `Value` escapes.
        let _ = write!(self.json, "{}", serde_json::Value::from(text));
    }

    /// Keeps what is asked for here, or in one of the variants.
    pub(super) fn note(&mut self, variant: Option<&str>, seen: Seen) {
        let is_again = self.types.is_again();
        if let Some(trace) = self.trace.as_mut().filter(|_| !is_again) {
            trace.note(&self.path, variant, seen);
        }
    }

    pub(super) fn enter(&mut self, bracket: char) {
        self.depth += 1;
        self.json.push(bracket);
    }

    pub(super) fn leave(&mut self, bracket: char) {
        self.depth -= 1;
        self.progress += 1;
        self.json.push(bracket);
    }

    /// Goes on to the next part of what was opened with the bracket.
    pub(super) fn comma(&mut self, bracket: char) {
        if !self.json.ends_with(bracket) {
            self.json.push(',');
        }
    }

    pub(super) fn within(&mut self, name: &str, variant: &str) {
        let part = Part::field(name, variant, self.path.is_empty());
        self.path.push(part);
    }
}

/// A list, or a tuple.
pub(super) struct Items<'p> {
    answer: Answer<'p>,
    at: usize,
    count: usize,
    /// Whether each item is of a type of its own.
    tuple: bool,
    ended: bool,
}

impl<'p> Items<'p> {
    pub(super) fn list(answer: Answer<'p>, count: usize) -> Self {
        Self::open(answer, count, false)
    }

    pub(super) fn tuple(answer: Answer<'p>, count: usize) -> Self {
        Self::open(answer, count, true)
    }

    fn open(answer: Answer<'p>, count: usize, tuple: bool) -> Self {
        let mut tape = answer.tape();
        tape.enter('[');
        if tuple {
            tape.note(None, Seen::Tuple(count));
        }
        drop(tape);
        let mut this = Self {
            answer,
            at: 0,
            count,
            tuple,
            ended: false,
        };
        this.end();
        this
    }

    fn begin(&mut self) -> bool {
        if self.at == self.count {
            return false;
        }
        let name: Cow<'static, str> = if self.tuple {
            format!("[{}]", self.at).into()
        } else {
            "[]".into()
        };
        let mut tape = self.answer.tape();
        tape.comma('[');
        tape.path.push(Part::item(name, self.at));
        self.at += 1;
        true
    }

    /// A tuple's visitor does not ask for the item behind the last.
    fn end(&mut self) {
        if self.at == self.count && !self.ended {
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
        let mut tape = self.answer.tape();
        tape.quote(self.name);
        tape.note(Some(self.name), Seen::Plain("nothing"));
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Refusal> {
        let content = seed.deserialize(self.enter())?;
        self.leave();
        Ok(content)
    }

    fn tuple_variant<V: Visitor<'de>>(self, count: usize, visitor: V) -> Result<V::Value, Refusal> {
        let content = visitor.visit_seq(Items::tuple(self.enter(), count))?;
        self.leave();
        Ok(content)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let ty = Type::of::<V>("");
        let content = visitor.visit_map(Fields::open(self.enter(), ty, fields)?)?;
        self.leave();
        Ok(content)
    }
}
