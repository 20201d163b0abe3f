//! What is invented behind a tag and in what is flattened, where nothing says what is wanted until it is refused.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Chance, Codec, Manner, Probe};

/// Large, as the event of a system that grew.
#[derive(Serialize, Deserialize, Debug, PartialEq)]
#[serde(tag = "kind")]
enum Large {
    V0 {
        f0_0: u8,
        f0_1: String,
        f0_2: bool,
        f0_3: uuid::Uuid,
        f0_4: Shape,
        f0_5: Option<Shape>,
        f0_6: Vec<(u8, String)>,
        f0_7: jiff::Timestamp,
    },
    V1 {
        f1_0: String,
        f1_1: bool,
        f1_2: uuid::Uuid,
        f1_3: Shape,
        f1_4: Option<Shape>,
        f1_5: Vec<(u8, String)>,
        f1_6: jiff::Timestamp,
        f1_7: u8,
    },
    V2 {
        f2_0: bool,
        f2_1: uuid::Uuid,
        f2_2: Shape,
        f2_3: Option<Shape>,
        f2_4: Vec<(u8, String)>,
        f2_5: jiff::Timestamp,
        f2_6: u8,
        f2_7: String,
    },
    V3 {
        f3_0: uuid::Uuid,
        f3_1: Shape,
        f3_2: Option<Shape>,
        f3_3: Vec<(u8, String)>,
        f3_4: jiff::Timestamp,
        f3_5: u8,
        f3_6: String,
        f3_7: bool,
    },
    V4 {
        f4_0: Shape,
        f4_1: Option<Shape>,
        f4_2: Vec<(u8, String)>,
        f4_3: jiff::Timestamp,
        f4_4: u8,
        f4_5: String,
        f4_6: bool,
        f4_7: uuid::Uuid,
    },
    V5 {
        f5_0: Option<Shape>,
        f5_1: Vec<(u8, String)>,
        f5_2: jiff::Timestamp,
        f5_3: u8,
        f5_4: String,
        f5_5: bool,
        f5_6: uuid::Uuid,
        f5_7: Shape,
    },
    V6 {
        f6_0: Vec<(u8, String)>,
        f6_1: jiff::Timestamp,
        f6_2: u8,
        f6_3: String,
        f6_4: bool,
        f6_5: uuid::Uuid,
        f6_6: Shape,
        f6_7: Option<Shape>,
    },
    V7 {
        f7_0: jiff::Timestamp,
        f7_1: u8,
        f7_2: String,
        f7_3: bool,
        f7_4: uuid::Uuid,
        f7_5: Shape,
        f7_6: Option<Shape>,
        f7_7: Vec<(u8, String)>,
    },
    V8 {
        f8_0: u8,
        f8_1: String,
        f8_2: bool,
        f8_3: uuid::Uuid,
        f8_4: Shape,
        f8_5: Option<Shape>,
        f8_6: Vec<(u8, String)>,
        f8_7: jiff::Timestamp,
    },
    V9 {
        f9_0: String,
        f9_1: bool,
        f9_2: uuid::Uuid,
        f9_3: Shape,
        f9_4: Option<Shape>,
        f9_5: Vec<(u8, String)>,
        f9_6: jiff::Timestamp,
        f9_7: u8,
    },
    V10 {
        f10_0: bool,
        f10_1: uuid::Uuid,
        f10_2: Shape,
        f10_3: Option<Shape>,
        f10_4: Vec<(u8, String)>,
        f10_5: jiff::Timestamp,
        f10_6: u8,
        f10_7: String,
    },
    V11 {
        f11_0: uuid::Uuid,
        f11_1: Shape,
        f11_2: Option<Shape>,
        f11_3: Vec<(u8, String)>,
        f11_4: jiff::Timestamp,
        f11_5: u8,
        f11_6: String,
        f11_7: bool,
    },
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
enum Shape {
    Round(u32),
    Square { side: u64, by: uuid::Uuid },
    Pair(u8, String),
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Flat {
    id: uuid::Uuid,
    #[serde(flatten)]
    times: Times,
    #[serde(flatten)]
    places: Places,
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Times {
    at: jiff::Timestamp,
    day: jiff::civil::Date,
    until: Option<jiff::Timestamp>,
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Places {
    from: std::net::Ipv4Addr,
    to: std::net::Ipv6Addr,
    shapes: BTreeMap<String, Shape>,
}

/// Invents some in each manner; what is invented is read from its payload again.
fn invents<T: Serialize + for<'de> Deserialize<'de> + std::fmt::Debug + PartialEq>() -> Vec<T> {
    let probe = Probe::new();
    let manners = [
        Manner::Plain,
        Manner::Moderate(Chance::new(1)),
        Manner::Extreme(Chance::new(2), vec![7]),
    ];
    let manners = (0..12).map(Manner::Covering).chain(manners);
    let values = manners.map(|manner| {
        let invented = probe
            .invent::<T>(&[], &manner, |probe| probe.decode(&[]))
            .unwrap();
        let read: T = serde_json::from_str(&invented.json).unwrap();
        assert_eq!(read, invented.value, "{}", invented.json);
        invented.value
    });
    values.collect()
}

#[test]
fn each_variant_of_a_large_enum_is_invented_behind_its_tag() {
    let variants: std::collections::BTreeSet<String> = invents::<Large>()
        .iter()
        .map(|value| serde_json::to_value(value).unwrap()["kind"].to_string())
        .collect();
    assert_eq!(variants.len(), 12);
}

#[test]
fn several_formed_texts_are_invented_in_what_is_flattened() {
    let values = invents::<Flat>();
    assert!(values.iter().any(|value| value.times.until.is_none()));
}
