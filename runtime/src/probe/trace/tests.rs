//! What is told of a type: shapes for review, the same in every run and on every machine.

mod behind;

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use self::behind::{Tagged, Told};
use crate::codec::Codec;
use crate::error::DecodeError;
use crate::event::EventInfo;
use crate::probe::{Known, Probe};
use crate::schema::shape_of;

/// The shape of a type, as it stands in a file.
fn shape<T: DeserializeOwned>() -> String {
    let shape = Probe::trace(Known::default(), &mut |probe| {
        probe.decode::<T>(&[]).map(drop)
    });
    let json = shape.to_json();
    let back = crate::schema::Shape::from_json(&json);
    assert_eq!(back.as_ref(), Some(&shape));
    serde_json::to_string_pretty(&json).unwrap()
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only traced")]
struct Plain {
    bool: bool,
    small: u8,
    large: u64,
    below: i64,
    huge: u128,
    half: f32,
    text: String,
    letter: char,
    id: uuid::Uuid,
    at: jiff::Timestamp,
    none: (),
}

#[test]
fn leaves_are_told_by_what_serde_asks_for() {
    insta::assert_snapshot!(shape::<Plain>());
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only traced")]
struct Nested {
    #[serde(alias = "holder", alias = "zeta")]
    owner: String,
    maybe: Option<u8>,
    #[serde(default)]
    given: u8,
    #[serde(skip)]
    skipped: u8,
    deep: Deep,
    list: Vec<Deep>,
    pair: (u8, String),
    map: HashMap<u8, Deep>,
    one: Choice,
    kinds: Vec<Choice>,
    tree: Tree,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only traced")]
struct Deep {
    inner: Option<bool>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only traced")]
enum Choice {
    Unit,
    New(u8),
    Two(u8, Inner),
    Named { cents: u8, inner: Option<Inner> },
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only traced")]
enum Inner {
    A,
    #[serde(rename = "bee")]
    B,
    C(String),
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only traced")]
enum Tree {
    Both(Box<Tree>, Box<Tree>),
    Leaf { value: u8, more: Vec<Tree> },
}

#[test]
fn each_part_is_told_once_however_deep_it_stands() {
    insta::assert_snapshot!(shape::<Nested>());
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only traced")]
struct Strict {
    before: u8,
    within: Within,
    after: u8,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only traced")]
struct Within {
    first: bool,
    never: Never,
    behind: String,
    list: Vec<Never>,
}

#[derive(Debug)]
struct Never;

impl<'de> Deserialize<'de> for Never {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?;
        Err(serde::de::Error::custom("no text is good enough"))
    }
}

#[test]
fn what_takes_nothing_that_is_tried_is_opaque_and_hides_nothing_else() {
    insta::assert_snapshot!(shape::<Strict>());
}

#[test]
fn a_shape_needs_no_struct() {
    let shapes = [
        shape::<String>(),
        shape::<()>(),
        shape::<Vec<Option<u8>>>(),
        shape::<Inner>(),
        shape::<Tagged>(),
        shape::<serde_json::Value>(),
    ];
    insta::assert_snapshot!(shapes.join("\n"));
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only traced")]
struct Down<T> {
    of: Option<Vec<T>>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only traced")]
struct Branch(Vec<Branch>);

#[derive(Deserialize)]
#[expect(dead_code, reason = "only traced")]
struct Pair(Vec<Pair>, u8);

mod other {
    #[derive(super::Deserialize)]
    #[expect(dead_code, reason = "only traced")]
    pub(super) struct Cents(u64);
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only traced")]
struct Cents(other::Cents);

#[test]
fn what_holds_itself_ends_and_what_does_not_is_told_however_deep_it_stands() {
    let deep = shape::<Down<Down<Down<Down<Deep>>>>>();
    assert_eq!(deep.matches("\"of\"").count(), 4, "{deep}");
    assert!(
        deep.contains("\"inner\": \"bool or null, may be missing\""),
        "{deep}"
    );
    let line = |json: String| json.split_whitespace().collect::<Vec<_>>().join(" ");
    insta::assert_snapshot!(line(shape::<Branch>()), @r#"{ "": "list", "[]": "the whole again" }"#);
    insta::assert_snapshot!(
        line(shape::<Pair>()),
        @r#"{ "": "tuple", "[0]": { "": "list", "[]": "the whole again" }, "[1]": "u8" }"#
    );
    assert_eq!(shape::<Cents>(), "\"u64\"");
}

#[derive(Deserialize, Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[serde(try_from = "String")]
struct Number(String);

impl TryFrom<String> for Number {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.strip_prefix("ord_") {
            Some(number) if number.len() == 4 => Ok(Self(text)),
            _ => Err("no order's number"),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only traced")]
struct Numbered {
    id: Number,
    note: Option<String>,
    others: Vec<Number>,
    by_number: BTreeMap<Number, Told>,
    pair: (u8, Number),
    #[serde(default)]
    given: u8,
}

#[test]
fn what_takes_only_an_example_hides_nothing_else() {
    let read = |example: Option<serde_json::Value>| {
        let known = Known {
            example,
            ..Known::default()
        };
        let shape = Probe::trace(known, &mut |probe| probe.decode::<Numbered>(&[]).map(drop));
        serde_json::to_string_pretty(&shape.to_json()).unwrap()
    };
    let example = serde_json::json!({
        "id": "ord_0001", "note": null, "others": ["ord_0002"], "by_number": {"ord_0003": {"kind": "Gone"}},
        "pair": [1, "ord_0004"], "given": 1,
    });
    let known = read(Some(example));
    insta::assert_snapshot!(known);
    assert!(!read(None).contains("closed struct"));
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only traced")]
struct Hidden {
    before: u8,
    maybe: Option<Number>,
    by: By,
    list: Vec<(Number, u16)>,
    deep: Option<Wrapped>,
    after: u8,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only traced")]
enum By {
    Cash,
    Order {
        id: Number,
        cents: u64,
        note: Option<String>,
    },
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only traced")]
struct Wrapped {
    id: Number,
    by: By,
    at: u8,
}

#[test]
fn what_an_example_does_not_show_hides_nothing_beside_it() {
    let known = Known {
        example: Some(serde_json::json!({
            "before": 1, "maybe": null, "by": "Cash", "list": [], "deep": null, "after": 1,
        })),
        ..Known::default()
    };
    let shape = Probe::trace(known, &mut |probe| probe.decode::<Hidden>(&[]).map(drop));
    insta::assert_snapshot!(serde_json::to_string_pretty(&shape.to_json()).unwrap());
}

#[derive(Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "only traced")]
enum Loose {
    Cents(u64),
    Full { amount: u64, currency: String },
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only traced")]
struct Untagged {
    price: Loose,
    prices: Vec<Loose>,
}

#[test]
fn one_of_several_without_a_name_is_opaque() {
    insta::assert_snapshot!(shape::<Untagged>());
}

#[derive(Debug)]
struct Money;

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        assert!(text.ends_with(" EUR"), "no money: {text}");
        Ok(Self)
    }
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only traced")]
struct Priced {
    price: Money,
    count: u8,
    note: Option<u8>,
}

/// As an event's payload is read.
fn read<T: DeserializeOwned>(probe: &Probe) -> Result<T, DecodeError> {
    let read = probe.decode::<T>(&[]);
    read.map_err(|reason| DecodeError::Payload {
        event: "event",
        version: 1,
        reason,
    })
}

#[test]
fn a_type_that_panics_has_refused_what_it_was_given() {
    let info = EventInfo::new("priced", 1, "Priced");
    let known = Known {
        example: Some(serde_json::json!({"price": "5 EUR", "count": 1, "note": null})),
        ..Known::default()
    };
    let shape = shape_of(&info, 1, known, &|probe| {
        read::<Priced>(probe).map(|_| None)
    });
    insta::assert_snapshot!(serde_json::to_string_pretty(&shape.to_json()).unwrap());
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only traced")]
struct Counted {
    count: u8,
    note: Option<String>,
}

#[test]
fn a_step_that_panics_has_read_what_it_was_given() {
    let info = EventInfo::new("counted", 1, "Counted");
    let shape = shape_of(&info, 1, Known::default(), &|probe| {
        read::<Counted>(probe)?;
        panic!("the step to the next version")
    });
    let read = serde_json::to_string_pretty(&shape.to_json()).unwrap();
    assert_eq!(read, self::shape::<Counted>());
}
