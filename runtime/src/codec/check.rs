//! A serializer that writes nothing: it walks a value and refuses what would not come back equal.

use std::fmt::Display;

use serde::ser::{self, Serialize, Serializer};

use crate::error::{EncodeError, Unstorable};

type Checked = Result<(), EncodeError>;

/// Walks a value; `depth` levels may still be opened.
#[derive(Clone, Copy)]
pub(super) struct Check {
    depth: usize,
}

impl Check {
    pub(super) const fn new(depth: usize) -> Self {
        Self { depth }
    }

    fn open(self) -> Result<Self, EncodeError> {
        match self.depth.checked_sub(1) {
            Some(depth) => Ok(Self { depth }),
            None => Err(Unstorable::TooDeep.into()),
        }
    }

    fn member<T: Serialize + ?Sized>(self, value: &T) -> Checked {
        value.serialize(self)
    }
}

impl ser::Error for EncodeError {
    fn custom<T: Display>(message: T) -> Self {
        Self::other(&message)
    }
}

macro_rules! fine {
    ($($method:ident: $value:ty),+ $(,)?) => {
        $(#[inline] fn $method(self, _: $value) -> Checked { Ok(()) })+
    };
}

impl Serializer for Check {
    type Ok = ();
    type Error = EncodeError;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    fine! {
        serialize_bool: bool, serialize_char: char, serialize_str: &str, serialize_bytes: &[u8],
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_unit_struct: &'static str,
    }

    fn serialize_i128(self, value: i128) -> Checked {
        if i64::try_from(value).is_ok() || u64::try_from(value).is_ok() {
            return Ok(());
        }
        Err(Unstorable::IntegerTooLarge.into())
    }

    fn serialize_u128(self, value: u128) -> Checked {
        if u64::try_from(value).is_ok() {
            Ok(())
        } else {
            Err(Unstorable::IntegerTooLarge.into())
        }
    }

    fn serialize_f32(self, value: f32) -> Checked {
        if value.is_finite() {
            Ok(())
        } else {
            Err(Unstorable::NotFinite.into())
        }
    }

    fn serialize_f64(self, value: f64) -> Checked {
        if value.is_finite() {
            Ok(())
        } else {
            Err(Unstorable::NotFinite.into())
        }
    }

    fn serialize_none(self) -> Checked {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Checked {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Checked {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Checked {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Checked {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Checked {
        self.open()?.member(value)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, EncodeError> {
        self.open()
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, EncodeError> {
        self.open()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, EncodeError> {
        self.open()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, EncodeError> {
        self.open()?.open()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, EncodeError> {
        self.open()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, EncodeError> {
        self.open()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, EncodeError> {
        self.open()?.open()
    }

    fn collect_str<T: Display + ?Sized>(self, _: &T) -> Checked {
        Ok(())
    }
}

macro_rules! compounds {
    ($($compound:ident: $method:ident($($key:ty)?)),+ $(,)?) => {$(
        impl ser::$compound for Check {
            type Ok = ();
            type Error = EncodeError;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, $(_: $key,)? value: &T) -> Checked {
                self.member(value)
            }

            #[inline]
            fn end(self) -> Checked {
                Ok(())
            }
        }
    )+};
}

compounds! {
    SerializeSeq: serialize_element(),
    SerializeTuple: serialize_element(),
    SerializeTupleStruct: serialize_field(),
    SerializeTupleVariant: serialize_field(),
    SerializeStruct: serialize_field(&'static str),
    SerializeStructVariant: serialize_field(&'static str),
}

impl ser::SerializeMap for Check {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Checked {
        self.member(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Checked {
        self.member(value)
    }

    fn end(self) -> Checked {
        Ok(())
    }
}
