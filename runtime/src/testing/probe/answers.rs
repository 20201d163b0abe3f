//! The deserializer: it has nothing to read, so it makes up what it is asked for.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::de::{Deserializer, Error, Unexpected, Visitor};

use super::items::{Entries, Fields, Items, Variant};
use super::knowledge::Kind;
use super::refusal::Refusal;
use super::tape::{DEEP, Tape};

/// What is asked for: a value, a map's key, or the name of what comes next.
#[derive(Clone, Copy)]
pub(super) enum Asked {
    Value,
    Key,
    Name(&'static str),
}

/// Answers one question; one type for all shapes, so that each shape is compiled for one more only.
#[derive(Clone, Copy)]
pub(super) struct Answer<'p> {
    tape: &'p Mutex<Tape>,
    asked: Asked,
}

const FLOATS: &[f32] = &[0.0, 1.0, 0.5, -1.0, 0.1, 100.0, 1.5e10, -2.25];
const CHARS: &[&str] = &["a", "Z", "é", "1", "\""];
const BYTES: &[&[u8]] = &[&[], &[1], &[0, 255], b"Ada"];

/// By way of its text, as readers of JSON see it: 0.1 is another number in 32 bits.
fn wide(float: f32) -> f64 {
    float.to_string().parse().unwrap_or_default()
}

impl<'p> Answer<'p> {
    pub(super) const fn new(tape: &'p Mutex<Tape>, asked: Asked) -> Self {
        Self { tape, asked }
    }

    pub(super) fn tape(self) -> MutexGuard<'p, Tape> {
        self.tape.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn value(self) -> Self {
        Self::new(self.tape, Asked::Value)
    }

    pub(super) fn key(self) -> Self {
        Self::new(self.tape, Asked::Key)
    }

    pub(super) fn name(self, name: &'static str) -> Self {
        Self::new(self.tape, Asked::Name(name))
    }

    /// Writes a number or a bool, which JSON quotes where it is a key.
    fn plain(self, text: &str) {
        let mut tape = self.tape();
        match self.asked {
            Asked::Key => tape.quote(text),
            _ => tape.json.push_str(text),
        }
    }

    fn string(self) -> &'static str {
        if let Asked::Name(name) = self.asked {
            return name;
        }
        let mut tape = self.tape();
        let text = tape.text();
        tape.quote(text);
        text
    }

    fn unsigned(self, max: u64) -> u64 {
        let number = self.tape().number(max, 1);
        self.plain(&number.to_string());
        number
    }

    /// 0, -1, 1, -2, 2 and so on, so that a smaller choice is a simpler number.
    fn signed(self, max: i64) -> i64 {
        let widest = u64::try_from(max).unwrap_or(0) * 2 + 1;
        let choice = self.tape().number(widest, 2);
        let half = i64::try_from(choice / 2).unwrap_or(0);
        let number = if choice.is_multiple_of(2) {
            half
        } else {
            -half - 1
        };
        self.plain(&number.to_string());
        number
    }

    fn float(self) -> f32 {
        let float = FLOATS[self.tape().pick(FLOATS.len(), 1)];
        self.plain(&format!("{float:?}"));
        float
    }

    fn bool(self) -> bool {
        let bool = self.tape().pick(2, 1) == 1;
        self.plain(if bool { "true" } else { "false" });
        bool
    }

    fn null(self) {
        self.tape().json.push_str("null");
    }

    /// Whether there is something, which then is one level deeper.
    fn some(self) -> bool {
        let mut tape = self.tape();
        let some = tape.depth <= DEEP && tape.pick(2, 1) == 1;
        if some {
            tape.depth += 1;
        } else {
            tape.json.push_str("null");
        }
        some
    }

    /// A list's length: what holds itself has to end.
    fn length(self) -> usize {
        let mut tape = self.tape();
        if tape.depth > DEEP {
            return 0;
        }
        tape.pick(4, 1)
    }

    fn items<'de, V: Visitor<'de>>(self, visitor: V, count: usize) -> Result<V::Value, Refusal> {
        visitor.visit_seq(Items::open(self.value(), count))
    }

    fn kind(self) -> Kind {
        let mut tape = self.tape();
        let place = tape.place();
        tape.known
            .kind(&place)
            .unwrap_or_else(|| Kind::ALL[tape.pick(Kind::ALL.len(), 0)])
    }

    /// The answer to an open question, in words that errors use for it.
    fn show(self, shown: Unexpected<'_>) {
        self.tape().show(shown.to_string());
    }

    /// Asked of a map's key, it is a struct that flattens others: from now on it gets the keys that it misses.
    fn identifier(self) -> Result<&'static str, Refusal> {
        match self.asked {
            Asked::Name(name) => Ok(name),
            Asked::Key => {
                let mut tape = self.tape();
                tape.path.pop();
                let place = tape.place();
                tape.known.is_flat(&place);
                Err(Refusal::again())
            }
            // The tag of an enum, which stands within what it tells apart.
            Asked::Value => {
                let text = self.any_text();
                self.show(Unexpected::Str(text));
                Ok(text)
            }
        }
    }

    /// Opens one of the variants; beyond some depth, one that is not open yet.
    fn enter_variant(
        self,
        name: &'static str,
        variants: &'static [&'static str],
    ) -> Result<&'static str, Refusal> {
        if variants.is_empty() {
            return Err(Refusal::custom("the enum has no variants"));
        }
        let mut tape = self.tape();
        let place = tape.pick(variants.len(), 0);
        let mut ways = variants.iter().cycle().skip(place).take(variants.len());
        let outside = |variant: &&&'static str| !tape.open.contains(&(name, **variant));
        let variant = match tape.depth {
            0..=DEEP => variants[place],
            _ if tape.depth > 4 * DEEP => {
                return Err(Refusal::custom("the type holds itself and never ends"));
            }
            _ => ways.find(outside).copied().unwrap_or(variants[place]),
        };
        tape.depth += 1;
        tape.open.push((name, variant));
        Ok(variant)
    }

    fn leave_variant(self) {
        let mut tape = self.tape();
        tape.depth -= 1;
        tape.open.pop();
        tape.progress += 1;
    }

    fn any_text(self) -> &'static str {
        let mut tape = self.tape();
        let place = tape.place();
        if let Some(variants) = tape.known.variants(&place) {
            let variant = variants[tape.pick(variants.len(), 0)];
            tape.quote(variant);
            return variant;
        }
        drop(tape);
        self.string()
    }
}

macro_rules! integers {
    ($($method:ident: $visit:ident($max:expr) by $draw:ident as $type:ty),+ $(,)?) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
            let number = self.$draw($max.into());
            // It was drawn from the type's own range.
            visitor.$visit(<$type>::try_from(number).unwrap_or_default())
        }
    )+};
}

impl<'de> Deserializer<'de> for Answer<'_> {
    type Error = Refusal;

    integers! {
        deserialize_i8: visit_i8(i8::MAX) by signed as i8,
        deserialize_i16: visit_i16(i16::MAX) by signed as i16,
        deserialize_i32: visit_i32(i32::MAX) by signed as i32,
        deserialize_i64: visit_i64(i64::MAX) by signed as i64,
        deserialize_i128: visit_i128(i64::MAX) by signed as i128,
        deserialize_u8: visit_u8(u8::MAX) by unsigned as u8,
        deserialize_u16: visit_u16(u16::MAX) by unsigned as u16,
        deserialize_u32: visit_u32(u32::MAX) by unsigned as u32,
        deserialize_u64: visit_u64(u64::MAX) by unsigned as u64,
        deserialize_u128: visit_u128(u64::MAX) by unsigned as u128,
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        if let Asked::Key | Asked::Name(_) = self.asked {
            return visitor.visit_borrowed_str(self.string());
        }
        let kind = self.kind();
        match kind {
            Kind::Text => {
                let text = self.any_text();
                self.show(Unexpected::Str(text));
                visitor.visit_borrowed_str(text)
            }
            Kind::Number => {
                let number = self.unsigned(u64::MAX);
                self.show(Unexpected::Unsigned(number));
                visitor.visit_u64(number)
            }
            Kind::Bool => {
                let bool = self.bool();
                self.show(Unexpected::Bool(bool));
                visitor.visit_bool(bool)
            }
            Kind::Float => {
                let float = wide(self.float());
                self.show(Unexpected::Float(float));
                visitor.visit_f64(float)
            }
            Kind::Nothing => {
                self.null();
                self.show(Unexpected::Unit);
                visitor.visit_unit()
            }
            Kind::List => {
                self.show(Unexpected::Seq);
                self.items(visitor, self.length())
            }
            Kind::Map => {
                self.show(Unexpected::Map);
                // Whatever it is, it has the keys that it asks for.
                let place = self.tape().place();
                self.tape().known.is_flat(&place);
                visitor.visit_map(Entries::open(self, 0))
            }
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_bool(self.bool())
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_f32(self.float())
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_f64(wide(self.float()))
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        let mut tape = self.tape();
        let char = CHARS[tape.pick(CHARS.len(), 0)];
        tape.quote(char);
        drop(tape);
        visitor.visit_borrowed_str(char)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_borrowed_str(self.string())
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_borrowed_str(self.string())
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        let mut tape = self.tape();
        let bytes = BYTES[tape.pick(BYTES.len(), 1)];
        tape.json.push_str(&format!("{bytes:?}").replace(' ', ""));
        drop(tape);
        visitor.visit_borrowed_bytes(bytes)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        if !self.some() {
            return visitor.visit_none();
        }
        let value = visitor.visit_some(self)?;
        self.tape().depth -= 1;
        Ok(value)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.null();
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.items(visitor, self.length())
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        count: usize,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.items(visitor, count)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        count: usize,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.items(visitor, count)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_map(Entries::open(self, self.length()))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        visitor.visit_map(Fields::open(self, fields))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let variant = self.enter_variant(name, variants)?;
        let value = visitor.visit_enum(Variant::new(self, variant))?;
        self.leave_variant();
        Ok(value)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        // Spelled out here and where a shape is read, since each call more is compiled for every shape.
        match self.identifier() {
            Ok(name) => visitor.visit_str(name),
            Err(refusal) => Err(refusal),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.deserialize_unit(visitor)
    }
}
