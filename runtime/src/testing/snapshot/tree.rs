//! Values as trees: fields in the order of their declaration, maps in the order of their keys.

use std::sync::Mutex;

use serde::ser::{self, Serializer};
use serde::{Deserialize, Serialize};

use crate::aggregate::EventSet;
use crate::codec::Codec;
use crate::error::{BoxError, EncodeError};

/// A serialized value that knows what is a text and what is not.
#[derive(Debug, PartialEq)]
pub(super) enum Tree {
    Plain(String),
    Text(String),
    List(Vec<Tree>),
    Fields(Vec<(String, Tree)>),
}

impl Tree {
    pub(super) fn of<E: EventSet>(event: &E) -> Result<Self, EncodeError> {
        let capture = Capture::default();
        event.encode(&capture, &mut Vec::new())?;
        let captured = capture.0.into_inner().ok().flatten();
        captured.ok_or_else(|| EncodeError::other(&"its set encoded nothing"))
    }
}

/// A codec that keeps the tree of what it is asked to encode: the one way to an event's `Serialize` that
/// every set offers.
#[derive(Default)]
struct Capture(Mutex<Option<Tree>>);

impl Codec for Capture {
    fn name(&self) -> &'static str {
        "snapshot"
    }

    fn encode<T: Serialize + ?Sized>(&self, value: &T, _: &mut Vec<u8>) -> Result<(), EncodeError> {
        let tree = value.serialize(Grow)?;
        if let Ok(mut captured) = self.0.lock() {
            *captured = Some(tree);
        }
        Ok(())
    }

    fn decode<'de, T: Deserialize<'de>>(&self, _: &'de [u8]) -> Result<T, BoxError> {
        Err("a snapshot is not read back".into())
    }
}

type Grown = Result<Tree, EncodeError>;

#[derive(Clone, Copy)]
struct Grow;

macro_rules! plain {
    ($($method:ident: $value:ty),+ $(,)?) => {
        $(fn $method(self, value: $value) -> Grown { Ok(Tree::Plain(value.to_string())) })+
    };
}

impl Serializer for Grow {
    type Ok = Tree;
    type Error = EncodeError;
    type SerializeSeq = Items;
    type SerializeTuple = Items;
    type SerializeTupleStruct = Items;
    type SerializeTupleVariant = Items;
    type SerializeMap = Entries;
    type SerializeStruct = Entries;
    type SerializeStructVariant = Entries;

    plain! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_i128: i128, serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_u128: u128,
    }

    fn serialize_f32(self, value: f32) -> Grown {
        Ok(Tree::Plain(format!("{value:?}")))
    }

    fn serialize_f64(self, value: f64) -> Grown {
        Ok(Tree::Plain(format!("{value:?}")))
    }

    fn serialize_char(self, value: char) -> Grown {
        Ok(Tree::Text(value.to_string()))
    }

    fn serialize_str(self, value: &str) -> Grown {
        Ok(Tree::Text(value.to_owned()))
    }

    fn serialize_bytes(self, value: &[u8]) -> Grown {
        Ok(Tree::List(
            value
                .iter()
                .map(|byte| Tree::Plain(byte.to_string()))
                .collect(),
        ))
    }

    fn serialize_none(self) -> Grown {
        Ok(Tree::Plain("null".to_owned()))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Grown {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Grown {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Grown {
        Ok(Tree::Fields(Vec::new()))
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Grown {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Grown {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Grown {
        Ok(tagged(Some(variant), value.serialize(self)?))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items, EncodeError> {
        Ok(Items {
            variant: None,
            items: Vec::new(),
        })
    }

    fn serialize_tuple(self, len: usize) -> Result<Items, EncodeError> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<Items, EncodeError> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Items, EncodeError> {
        Ok(Items {
            variant: Some(variant),
            items: Vec::new(),
        })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Entries, EncodeError> {
        Ok(Entries {
            variant: None,
            sorted: true,
            key: String::new(),
            fields: Vec::new(),
        })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Entries, EncodeError> {
        Ok(Entries {
            variant: None,
            sorted: false,
            key: String::new(),
            fields: Vec::new(),
        })
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Entries, EncodeError> {
        Ok(Entries {
            variant: Some(variant),
            sorted: false,
            key: String::new(),
            fields: Vec::new(),
        })
    }
}

fn tagged(variant: Option<&'static str>, tree: Tree) -> Tree {
    match variant {
        Some(variant) => Tree::Fields(vec![(variant.to_owned(), tree)]),
        None => tree,
    }
}

struct Items {
    variant: Option<&'static str>,
    items: Vec<Tree>,
}

macro_rules! items {
    ($($compound:ident: $method:ident),+ $(,)?) => {$(
        impl ser::$compound for Items {
            type Ok = Tree;
            type Error = EncodeError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
                self.items.push(value.serialize(Grow)?);
                Ok(())
            }

            fn end(self) -> Grown {
                Ok(tagged(self.variant, Tree::List(self.items)))
            }
        }
    )+};
}

items! {
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field,
}

struct Entries {
    variant: Option<&'static str>,
    sorted: bool,
    key: String,
    fields: Vec<(String, Tree)>,
}

impl Entries {
    fn finished(mut self) -> Tree {
        if self.sorted {
            // Numbers by their value: 9 before 10.
            self.fields
                .sort_by_cached_key(|(key, _)| (key.parse::<i128>().ok(), key.clone()));
        }
        tagged(self.variant, Tree::Fields(self.fields))
    }
}

macro_rules! fields {
    ($($compound:ident),+) => {$(
        impl ser::$compound for Entries {
            type Ok = Tree;
            type Error = EncodeError;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), EncodeError> {
                self.fields.push((key.to_owned(), value.serialize(Grow)?));
                Ok(())
            }

            fn end(self) -> Grown {
                Ok(self.finished())
            }
        }
    )+};
}

fields!(SerializeStruct, SerializeStructVariant);

impl ser::SerializeMap for Entries {
    type Ok = Tree;
    type Error = EncodeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), EncodeError> {
        self.key = match key.serialize(Grow)? {
            Tree::Plain(key) | Tree::Text(key) => key,
            other => format!("{other:?}"),
        };
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.fields
            .push((std::mem::take(&mut self.key), value.serialize(Grow)?));
        Ok(())
    }

    fn end(self) -> Grown {
        Ok(self.finished())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[derive(Serialize)]
    enum Kind {
        Unit,
        Newtype(Option<u128>),
        Tuple(u8, char),
        Struct { b: f64, a: () },
    }

    fn grown(value: impl Serialize) -> Tree {
        value.serialize(Grow).unwrap()
    }

    fn plain(text: &str) -> Tree {
        Tree::Plain(text.to_owned())
    }

    #[test]
    fn fields_keep_the_order_of_their_declaration() {
        let fields = vec![
            ("b".to_owned(), plain("1.0")),
            ("a".to_owned(), plain("null")),
        ];
        assert_eq!(
            grown(Kind::Struct { b: 1.0, a: () }),
            Tree::Fields(vec![("Struct".to_owned(), Tree::Fields(fields))])
        );
    }

    #[test]
    fn variants_stand_under_their_names() {
        let under = |name: &str, tree| Tree::Fields(vec![(name.to_owned(), tree)]);
        assert_eq!(grown(Kind::Unit), Tree::Text("Unit".into()));
        assert_eq!(
            grown(Kind::Newtype(Some(u128::MAX))),
            under("Newtype", plain(&u128::MAX.to_string()))
        );
        let pair = vec![plain("1"), Tree::Text("x".into())];
        assert_eq!(grown(Kind::Tuple(1, 'x')), under("Tuple", Tree::List(pair)));
    }

    #[test]
    fn maps_are_in_the_order_of_their_keys() {
        // Each map has an order of its own.
        for _ in 0..8 {
            let map: HashMap<u32, bool> = (0..20).map(|key| (key, true)).collect();
            let sorted = (0..20).map(|key| (key.to_string(), plain("true")));
            assert_eq!(grown(&map), Tree::Fields(sorted.collect()));
        }
    }
}
