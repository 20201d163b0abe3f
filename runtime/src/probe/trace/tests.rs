//! What is told of a type: shapes for review, the same in every run and on every machine.

use std::collections::{BTreeMap, HashMap};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::codec::Codec;
use crate::probe::{Known, Probe};
use crate::schema::Shape;

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
struct Flat {
    id: u8,
    #[serde(flatten)]
    rest: Rest,
    tagged: Tagged,
    beside: Beside,
    either: Either,
    any: serde_json::Value,
    #[serde(flatten)]
    others: BTreeMap<String, u8>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only traced")]
struct Rest {
    name: String,
    cents: u64,
    below: i8,
    half: f64,
    flag: bool,
    list: Vec<u8>,
    color: Color,
    deep: Plainer,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only traced")]
struct Plainer {
    a: u8,
    b: Option<u16>,
}

#[derive(Deserialize)]
enum Color {
    Red,
    Blue,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(dead_code, reason = "only traced")]
enum Tagged {
    Paid { cents: u8 },
    Open,
    Late { days: u16, reason: String },
}

#[derive(Deserialize)]
#[serde(tag = "t", content = "c")]
#[expect(dead_code, reason = "only traced")]
enum Beside {
    Unit,
    New(u8),
    Two(u8, bool),
    Named { cents: u8 },
}

#[derive(Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "only traced")]
enum Either {
    Number(u8),
    Text(String),
}

#[test]
fn what_is_read_behind_a_tag_or_flattened_is_told_as_far_as_it_has_to_be_there() {
    insta::assert_snapshot!(shape::<Flat>());
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

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
struct Hidden {
    id: u8,
    #[serde(flatten)]
    rest: Remarks,
    tagged: Vec<Told>,
    by_name: BTreeMap<String, Told>,
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
struct Remarks {
    note: Option<String>,
    #[serde(default)]
    deep: Depth,
    any: Option<serde_json::Value>,
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Default)]
struct Depth {
    cents: Option<u32>,
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(tag = "kind")]
enum Told {
    Open { days: Option<u16> },
    Closed { reason: String, late: Option<bool> },
    Gone,
}

/// The shape of a type that is written too, and was recorded before.
fn written<T: Serialize + DeserializeOwned>(recorded: Option<&Shape>) -> Shape {
    let known = Known {
        recorded,
        ..Known::default()
    };
    Probe::trace(known, &mut |probe| {
        let value: T = probe.decode(&[])?;
        probe.wrote(&serde_json::to_vec(&value)?);
        Ok(())
    })
}

#[test]
fn what_may_be_missing_behind_a_tag_is_told_by_what_is_written() {
    let shape = written::<Hidden>(None);
    let json = serde_json::to_string_pretty(&shape.to_json()).unwrap();
    insta::assert_snapshot!(json);
    // And, of what is only read, by what was recorded.
    let known = Known {
        recorded: Some(&shape),
        ..Known::default()
    };
    let read = Probe::trace(known, &mut |probe| probe.decode::<Hidden>(&[]).map(drop));
    assert_eq!(read, shape);
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Shorter {
    Open {},
    Closed { reason: String, late: Option<u64> },
}

#[test]
fn what_was_recorded_and_nothing_reads_any_more_is_not_told() {
    let recorded = written::<Told>(None);
    let now = written::<Shorter>(Some(&recorded)).to_json();
    assert_eq!(now["{Open}"], "struct");
    assert_eq!(now["{Closed}"]["late"], "u64 or null, may be missing");
    assert_eq!(
        recorded.to_json()["{Closed}"]["late"],
        "bool or null, may be missing"
    );
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
