//! What is read behind a tag, or flattened.

mod content;

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::shape;
use crate::codec::Codec;
use crate::probe::{Known, Probe};
use crate::schema::Shape;
use crate::schema::judge::Verdict;

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

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
enum Color {
    Red,
    Blue,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(dead_code, reason = "only traced")]
pub(super) enum Tagged {
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
pub(super) enum Told {
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
    // Nor what had to be there, and was not traced.
    let mut more = recorded.to_json();
    more["{Closed}"]["gone"] = "opaque".into();
    let more = Shape::from_json(&more);
    assert_eq!(written::<Shorter>(more.as_ref()).to_json(), now);
    assert_eq!(now["{Open}"], "struct");
    assert_eq!(now["{Closed}"]["late"], "u64 or null, may be missing");
    assert_eq!(
        recorded.to_json()["{Closed}"]["late"],
        "bool or null, may be missing"
    );
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only traced")]
struct Two {
    own: Color,
    #[serde(flatten)]
    rest: Colors,
    #[serde(flatten)]
    tagged: Tagged,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only traced")]
struct Colors {
    first: Color,
    between: u8,
    second: Size,
    last: u16,
}

#[derive(Deserialize)]
enum Size {
    Small,
    Large,
    Huge,
}

/// The same, with the names of its fields in another order.
#[derive(Deserialize)]
#[expect(dead_code, reason = "only traced")]
struct Owt {
    #[serde(flatten)]
    tagged: Tagged,
    #[serde(flatten)]
    rest: Sroloc,
    own: Color,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only traced")]
struct Sroloc {
    last: u16,
    second: Size,
    between: u8,
    first: Color,
}

#[test]
fn an_enum_in_what_is_flattened_is_no_tag_in_whatever_order() {
    insta::assert_snapshot!(shape::<Two>());
    let [one, other] =
        [shape::<Two>(), shape::<Owt>()].map(|json| serde_json::from_str(&json).unwrap());
    let verdict = Verdict::of(&one, &other);
    assert_eq!((verdict.word(), verdict.backward), ("full", Vec::new()));
}

#[derive(Deserialize)]
#[serde(tag = "kind")]
#[expect(dead_code, reason = "only traced")]
enum Strict {
    Open(Days),
    Closed { reason: String },
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(deny_unknown_fields)]
struct Days {
    days: u16,
}

#[test]
fn what_refuses_unknown_keys_behind_a_tag_is_closed() {
    insta::assert_snapshot!(shape::<Strict>(), @r#"
    {
      "": "closed struct told by kind",
      "{Closed}": {
        "reason": "text"
      },
      "{Open}": {
        "": "closed struct",
        "days": "u16"
      }
    }
    "#);
}

#[test]
fn what_was_recorded_and_is_refused_now_hides_nothing_else() {
    let read = |recorded: Option<&Shape>| {
        let known = Known {
            recorded,
            ..Known::default()
        };
        Probe::trace(known, &mut |probe| probe.decode::<Strict>(&[]).map(drop))
    };
    let now = read(None);
    for gone in ["u8", "u8, may be missing"] {
        let mut recorded = now.to_json();
        recorded["{Open}"]["gone"] = gone.into();
        let recorded = Shape::from_json(&recorded);
        assert_eq!(read(recorded.as_ref()), now, "{gone}");
    }
}
