//! What stands in what is read behind a tag, or flattened: enums, maps, tuples, texts with a form.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Color, Days, written};
use crate::codec::Codec;
use crate::probe::{Known, Probe};

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(tag = "kind")]
enum Order {
    Paid {
        by: Means,
        also: Vec<Means>,
        maybe: Option<Means>,
        full: Full,
        pair: (u8, String, [bool; 2]),
        pairs: Vec<(u8, String)>,
    },
    Sent(Package),
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
struct Package {
    id: u8,
    #[serde(flatten)]
    rest: Sending,
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
struct Sending {
    by: Full,
    list: Vec<Means>,
    other: Means,
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
enum Means {
    Cash,
    Card(u64),
    Two(u8, Color),
    Sepa { iban: String, days: Option<u8> },
    Note(String),
    Nested(Box<Full>),
    Free,
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
enum Full {
    Cents(u64),
    Parts { a: u8, b: u16 },
    Texts(String, String),
}

#[test]
fn what_an_enum_holds_is_told_behind_a_tag_and_flattened_too() {
    let json = serde_json::to_string_pretty(&written::<Order>(None).to_json()).unwrap();
    insta::assert_snapshot!(json);
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(tag = "kind")]
enum Mapped {
    Counted {
        by_name: BTreeMap<String, u16>,
        texts: BTreeMap<String, String>,
        by_id: BTreeMap<uuid::Uuid, Plainest>,
        any: BTreeMap<String, serde_json::Value>,
        deep: BTreeMap<String, Vec<Means>>,
    },
    Noted {
        id: u8,
        maybe: Option<bool>,
        #[serde(flatten)]
        others: BTreeMap<String, u8>,
    },
    Plain(Plainest),
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
struct Plainest {
    a: u8,
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
struct Noted {
    id: u8,
    note: Option<String>,
    #[serde(flatten)]
    rest: BTreeMap<String, Plainest>,
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
struct Anything {
    id: u8,
    #[serde(flatten)]
    rest: BTreeMap<String, serde_json::Value>,
}

#[test]
fn a_map_is_told_behind_a_tag_and_flattened_too() {
    let shapes = [
        written::<Mapped>(None),
        written::<Noted>(None),
        written::<Anything>(None),
    ];
    let shapes = shapes.map(|shape| serde_json::to_string_pretty(&shape.to_json()).unwrap());
    insta::assert_snapshot!(shapes.join("\n"));
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
struct Loosely {
    id: u8,
    #[serde(flatten)]
    extra: Option<Extra>,
    #[serde(flatten)]
    by: Way,
    #[serde(flatten)]
    nothing: Option<Days>,
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
struct Extra {
    note: String,
    lines: Vec<u8>,
    tip: Option<u16>,
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
enum Way {
    Cash,
    Card { number: u64, holder: Option<String> },
}

#[test]
fn what_is_flattened_and_never_asked_for_is_told_by_an_example() {
    let example = serde_json::json!({
        "id": 1, "note": "late", "lines": [1], "Card": {"number": 7}, "gone": 1,
    });
    let shape = |writes: bool| {
        let known = Known {
            example: Some(example.clone()),
            ..Known::default()
        };
        let shape = Probe::trace(known, &mut |probe| {
            let value: Loosely = probe.decode(&[])?;
            let payload = serde_json::to_vec(&value)?;
            probe.wrote(if writes { &payload } else { &[] });
            Ok(())
        });
        serde_json::to_string_pretty(&shape.to_json()).unwrap()
    };
    insta::assert_snapshot!([shape(true), shape(false)].join("\n"));
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(tag = "kind")]
enum Formed {
    Paid {
        id: uuid::Uuid,
        at: jiff::Timestamp,
        note: String,
        day: jiff::civil::Date,
        other: Option<uuid::Uuid>,
        from: std::net::Ipv4Addr,
        lines: Vec<Line>,
        by: BTreeMap<uuid::Uuid, jiff::Timestamp>,
    },
    Gone,
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
struct Line {
    text: String,
    id: uuid::Uuid,
    #[serde(flatten)]
    price: Price,
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
struct Price {
    since: jiff::Timestamp,
    id2: uuid::Uuid,
}

#[test]
fn texts_of_several_forms_are_told_behind_a_tag() {
    let json = serde_json::to_string_pretty(&written::<Formed>(None).to_json()).unwrap();
    insta::assert_snapshot!(json);
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
struct Named {
    typed: Many,
    list: Vec<Many>,
    told: ToldOfMany,
    #[serde(flatten)]
    open: OpenMany,
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
struct OpenMany {
    behind: Many,
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
enum Many {
    #[serde(alias = "bar", alias = "Money")]
    Cash,
    #[serde(alias = "card")]
    Card(u64),
    Free,
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(tag = "is")]
enum ToldOfMany {
    #[serde(alias = "was")]
    Open {
        days: u8,
    },
    Closed,
}

#[test]
fn a_name_under_which_a_variant_is_never_written_is_another_name_of_it() {
    let json = serde_json::to_string_pretty(&written::<Named>(None).to_json()).unwrap();
    insta::assert_snapshot!(json);
}
