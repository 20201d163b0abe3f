//! The keys that are told of fields: those that serde writes, in each of its cases.

#![expect(clippy::unwrap_used, reason = "only tests call it")]

use std::collections::BTreeMap;

use factum::{Aggregate, Apply, Event, Shape};
use serde::{Deserialize, Serialize};

use super::{Codec, Json};

/// What is told of fields, in order, and the keys that serde writes.
fn told<E: Event>(event: &E) -> (Vec<&'static str>, Vec<String>) {
    let mut payload = vec![];
    Json::default().encode(event, &mut payload).unwrap();
    let mut text = std::str::from_utf8(&payload).unwrap();
    let mut written = vec![];
    // `{"key":0,"key":0}`, where no key has a quote.
    while let Some((_, rest)) = text.split_once('"') {
        let (key, rest) = rest.split_once('"').unwrap();
        written.push(key.to_owned());
        text = rest;
    }
    let fields = E::INFO.fields.iter().map(|field| field.name);
    (fields.collect(), written)
}

/// Each case is a literal that comes from elsewhere, as `macro_rules!` passes it on.
macro_rules! in_each_case {
    ($($module:ident: $case:literal,)*) => {$(
        #[expect(non_snake_case, reason = "serde spells what is not in snake case too")]
        mod $module {
            use super::*;

            #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
            #[event(name = "event.spelt")]
            #[serde(rename_all = $case)]
            struct Alike {
                /// Told.
                word: u8,
                /// Told.
                max_per_day: u8,
                /// Told.
                r#type: u8,
                /// Told.
                _behind__two_: u8,
                /// Told.
                camelCased_x1: u8,
                /// Told.
                größe_in_cm: u8,
                /// Told.
                #[serde(rename = "Its own_KEY")]
                own: u8,
            }

            #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
            #[event(name = "event.spelt")]
            #[serde(rename_all(serialize = $case, deserialize = "PascalCase"))]
            struct Written {
                /// Told.
                max_per_day: u8,
                /// Told.
                #[serde(rename(deserialize = "other"))]
                read_as_another: u8,
                /// Told.
                #[serde(rename(serialize = $case))]
                own: u8,
            }

            #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
            #[event(name = "event.spelt")]
            #[serde(rename_all(deserialize = $case))]
            struct Read {
                /// Told.
                max_per_day: u8,
            }

            #[test]
            fn is_told_as_it_is_written() {
                let (fields, written) = told(&Alike::default());
                assert_eq!((fields.len(), &written[6][..]), (7, "Its own_KEY"));
                assert_eq!(fields, written);
                let (fields, written) = told(&Written::default());
                assert_eq!((fields.len(), &written[2][..]), (3, $case));
                assert_eq!(fields, written);
                let (fields, written) = told(&Read::default());
                assert_eq!(fields, ["max_per_day"]);
                assert_eq!(fields, written);
            }
        }
    )*};
}

in_each_case! {
    lower: "lowercase",
    upper: "UPPERCASE",
    pascal: "PascalCase",
    camel: "camelCase",
    snake: "snake_case",
    screaming_snake: "SCREAMING_SNAKE_CASE",
    kebab: "kebab-case",
    screaming_kebab: "SCREAMING-KEBAB-CASE",
}

/// It writes other keys than the one that it reads first; nothing but that is said of `a_note`.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "event.moved")]
#[serde(rename_all(serialize = "camelCase", deserialize = "kebab-case"))]
struct Moved {
    /// How far.
    #[serde(alias = "howFar")]
    how_far: u8,
    #[serde(alias = "aNote")]
    a_note: String,
    word: char,
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "thing", id = u64, events(Moved))]
struct Thing;

impl Apply<Moved> for Thing {
    fn apply(&mut self, _: &Moved) {}
}

#[test]
fn a_catalog_lists_what_is_written_under_that_key() {
    let catalog = factum::catalog::<Thing>();
    let fields = catalog.events[0].fields.iter();
    let fields: BTreeMap<&str, (&str, Shape)> = fields
        .map(|field| (&*field.name, (&*field.doc, field.shape.clone())))
        .collect();
    let expected = [
        ("aNote", ("", Shape::of("text"))),
        ("howFar", ("How far.", Shape::of("u8"))),
        ("word", ("", Shape::of("char"))),
    ];
    assert_eq!(fields, BTreeMap::from(expected));
}
