//! The deserializer: it has nothing to read, so it makes up what it is asked for.

use serde::de::{Deserializer, Unexpected, Visitor};

use super::answer::{Answer, Asked, wide};
use super::items::Variant;
use super::knowledge::Kind;
use super::maps::{Entries, Fields};
use super::refusal::Refusal;
use super::trace::Seen;
use super::types::Type;
use super::variants::Content;

macro_rules! integers {
    ($($method:ident: $visit:ident($max:expr) by $draw:ident as $type:ty),+ $(,)?) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
            let asked = self.asked(Seen::Plain(stringify!($type)));
            let number = asked.$draw($max.into());
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
        match self.asked {
            Asked::Name(name) => return visitor.visit_borrowed_str(name),
            Asked::Key => return visitor.visit_borrowed_str(self.other_key()),
            Asked::Value => self.end()?,
        }
        match self.strange() {
            Some(Unexpected::Str(text)) => return visitor.visit_borrowed_str(text),
            Some(Unexpected::Unsigned(number)) => return visitor.visit_u64(number),
            _ => {}
        }
        let kind = self.kind();
        match kind {
            Kind::Text => {
                let text = match self.open_variant() {
                    Some((variant, true)) => {
                        self.show(Unexpected::Map);
                        return visitor.visit_map(Content::open(self, variant));
                    }
                    Some((variant, false)) => variant,
                    None => self.open_text(),
                };
                self.show(Unexpected::Str(text));
                visitor.visit_borrowed_str(text)
            }
            Kind::Number => {
                let number = self.open_number();
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
                let tape = self.tape();
                let count = tape.known.lengths.of(&tape.place());
                drop(tape);
                match count {
                    Some(count) => self.tuple(visitor, count),
                    None => self.items(visitor, self.open_length()),
                }
            }
            Kind::Map => {
                self.show(Unexpected::Map);
                // Whatever it is, it has the keys that it asks for.
                let place = self.tape().place();
                self.tape().known.keys.is_flat(&place);
                visitor.visit_map(Entries::open(self, 0))
            }
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_bool(self.asked(Seen::Plain("bool")).bool())
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_f32(self.asked(Seen::Plain("f32")).float())
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_f64(wide(self.asked(Seen::Plain("f64")).float()))
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_borrowed_str(self.asked(Seen::Plain("char")).char())
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_borrowed_str(self.asked(Seen::Text).string())
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_borrowed_str(self.asked(Seen::Text).string())
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_borrowed_bytes(self.asked(Seen::Plain("bytes")).bytes())
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
        self.asked(Seen::Plain("nothing")).null();
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
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.tape().open(Type::of::<V>(name), None);
        let value = visitor.visit_newtype_struct(self)?;
        self.tape().close();
        Ok(value)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.items(visitor, self.asked(Seen::List).length())
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        count: usize,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.tuple(visitor, count)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        count: usize,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.tape().open(Type::of::<V>(name), None);
        let value = self.tuple(visitor, count)?;
        self.tape().close();
        Ok(value)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_map(Entries::open(self, self.length()))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        match Fields::open(self, Type::of::<V>(name), fields) {
            Ok(fields) => visitor.visit_map(fields),
            Err(endless) => Err(endless),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let variant = self.enter_variant(Type::of::<V>(name), variants)?;
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
        self.null();
        visitor.visit_unit()
    }
}
