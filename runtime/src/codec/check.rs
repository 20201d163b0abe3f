//! A serializer that writes nothing: it walks a value and refuses what would not come back equal.

use std::fmt::Display;

use serde::ser::{self, Serialize, Serializer};

use crate::error::EncodeError;

type Checked = Result<(), EncodeError>;

/// What serde calls a struct, a variant or a field.
type Name = &'static str;

/// Walks a value; `depth` levels may still be opened.
#[derive(Clone, Copy)]
pub(super) struct Check {
    depth: usize,
    /// Whether this is what a `Some` holds: nothing at all is written as `None` is.
    in_some: bool,
}

impl Check {
    pub(super) const fn new(depth: usize) -> Self {
        let in_some = false;
        Self { depth, in_some }
    }

    fn open(self, levels: usize) -> Result<Self, EncodeError> {
        let depth = self.depth.checked_sub(levels);
        let depth = depth.ok_or(EncodeError::TooDeep)?;
        let in_some = self.in_some && levels == 0;
        Ok(Self { depth, in_some })
    }
}

fn only_if(storable: bool, otherwise: EncodeError) -> Checked {
    if storable { Ok(()) } else { Err(otherwise) }
}

impl ser::Error for EncodeError {
    fn custom<T: Display>(message: T) -> Self {
        Self::other(&message)
    }
}

/// What holds nothing else, and what comes of it.
macro_rules! leaves {
    ($self:ident: $outcome:expr; $($method:ident($($argument:ty),*)),+ $(,)?) => {
        $(#[inline] fn $method($self, $(_: $argument),*) -> Checked { $outcome })+
    };
}

/// What holds one value, in so many levels of its own.
macro_rules! around {
    ($($method:ident($($argument:ty),*): $levels:literal),+ $(,)?) => {$(
        #[inline]
        fn $method<T: Serialize + ?Sized>(self, $(_: $argument,)* value: &T) -> Checked {
            value.serialize(self.open($levels)?)
        }
    )+};
}

/// What holds any number of values, in so many levels.
macro_rules! opens {
    ($($method:ident($($argument:ty),*): $levels:literal),+ $(,)?) => {$(
        #[inline]
        fn $method(self, $(_: $argument),*) -> Result<Self, EncodeError> {
            self.open($levels)
        }
    )+};
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

    leaves! {
        self: Ok(());
        serialize_bool(bool), serialize_char(char), serialize_str(&str), serialize_bytes(&[u8]),
        serialize_i8(i8), serialize_i16(i16), serialize_i32(i32), serialize_i64(i64),
        serialize_u8(u8), serialize_u16(u16), serialize_u32(u32), serialize_u64(u64),
        serialize_unit_variant(Name, u32, Name),
    }

    leaves! {
        self: only_if(!self.in_some, EncodeError::NothingInSome);
        serialize_none(), serialize_unit(), serialize_unit_struct(Name),
    }

    around! {
        serialize_newtype_struct(Name): 0,
        serialize_newtype_variant(Name, u32, Name): 1,
    }

    opens! {
        serialize_seq(Option<usize>): 1,
        serialize_tuple(usize): 1,
        serialize_tuple_struct(Name, usize): 1,
        serialize_tuple_variant(Name, u32, Name, usize): 2,
        serialize_map(Option<usize>): 1,
        serialize_struct(Name, usize): 1,
        serialize_struct_variant(Name, u32, Name, usize): 2,
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Checked {
        let (depth, in_some) = (self.depth, true);
        value.serialize(Self { depth, in_some })
    }

    fn serialize_i128(self, value: i128) -> Checked {
        let storable = i64::try_from(value).is_ok() || u64::try_from(value).is_ok();
        only_if(storable, EncodeError::IntegerTooLarge)
    }

    fn serialize_u128(self, value: u128) -> Checked {
        only_if(u64::try_from(value).is_ok(), EncodeError::IntegerTooLarge)
    }

    fn serialize_f32(self, value: f32) -> Checked {
        only_if(value.is_finite(), EncodeError::NotFinite)
    }

    fn serialize_f64(self, value: f64) -> Checked {
        only_if(value.is_finite(), EncodeError::NotFinite)
    }

    fn collect_str<T: Display + ?Sized>(self, _: &T) -> Checked {
        Ok(())
    }
}

macro_rules! compounds {
    ($($compound:ident: $($method:ident($($key:ty)?))+),+ $(,)?) => {$(
        impl ser::$compound for Check {
            type Ok = ();
            type Error = EncodeError;

            $(#[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, $(_: $key,)? value: &T) -> Checked {
                value.serialize(*self)
            })+

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
    SerializeMap: serialize_key() serialize_value(),
    SerializeStruct: serialize_field(Name),
    SerializeStructVariant: serialize_field(Name),
}
