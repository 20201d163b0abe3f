//! What the codec refuses, and that it gives back the rest.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Codec, Json};
use crate::error::EncodeError;

fn encode<T: Serialize>(value: T) -> Result<String, EncodeError> {
    let mut out = b"before".to_vec();
    match Json::default().encode(&value, &mut out) {
        Ok(()) => Ok(String::from_utf8(out).unwrap()["before".len()..].to_owned()),
        Err(refused) => {
            assert_eq!(out, b"before", "something was written");
            Err(refused)
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    Amount { cents: u128 },
}

#[test]
fn refuses_floats_that_json_has_no_form_for() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(encode(value), Err(EncodeError::NotFinite));
        assert_eq!(encode(Some([value])), Err(EncodeError::NotFinite));
        assert_eq!(
            encode(BTreeMap::from([("rate", value)])),
            Err(EncodeError::NotFinite)
        );
    }
    assert_eq!(encode(f32::NAN), Err(EncodeError::NotFinite));
    assert_eq!(
        encode((-0.0, f32::MIN_POSITIVE)).unwrap(),
        "[-0.0,1.1754944e-38]"
    );
}

#[test]
fn refuses_what_is_written_as_none_is() {
    #[derive(Serialize)]
    struct Unit;
    #[derive(Serialize)]
    struct Around<T>(T);
    assert_eq!(encode(Some(())), Err(EncodeError::NothingInSome));
    assert_eq!(encode(Some(Unit)), Err(EncodeError::NothingInSome));
    assert_eq!(encode([Some(None::<u8>)]), Err(EncodeError::NothingInSome));
    assert_eq!(encode(Some(Around(()))), Err(EncodeError::NothingInSome));
    let fine = (Some(Some(1)), Some([None::<u8>]), Some((Unit,)), Around(()));
    assert_eq!(encode(fine).unwrap(), "[1,[null],[null],null]");
}

#[test]
fn refuses_integers_that_cannot_be_read_behind_a_tag() {
    let past = u128::from(u64::MAX) + 1;
    assert_eq!(encode(past), Err(EncodeError::IntegerTooLarge));
    assert_eq!(
        encode(Tagged::Amount { cents: past }),
        Err(EncodeError::IntegerTooLarge)
    );
    assert_eq!(
        encode(i128::from(i64::MIN) - 1),
        Err(EncodeError::IntegerTooLarge)
    );
    assert_eq!(
        encode((u64::MAX, i64::MIN)).unwrap(),
        "[18446744073709551615,-9223372036854775808]"
    );
    assert_eq!(encode(u128::from(u64::MAX)).unwrap(), u64::MAX.to_string());
    assert_eq!(encode(i128::from(i64::MIN)).unwrap(), i64::MIN.to_string());
}

/// One level of each kind that serde knows, and the kinds that add none.
#[derive(Serialize)]
enum Level {
    End,
    Newtype(Box<Level>),
    Tuple(u8, Box<Level>),
    Struct { next: Box<Level> },
    Seq(Vec<Level>),
    Map(BTreeMap<String, Level>),
    Wrapped(Option<Box<Wrapper>>),
}

#[derive(Serialize)]
struct Wrapper(Level);

#[test]
fn counts_levels_as_json_nests_them() {
    type Wrap = fn(Level) -> Level;
    let wraps: [(Wrap, usize); 6] = [
        (|level| Level::Newtype(Box::new(level)), 1),
        (|level| Level::Tuple(1, Box::new(level)), 2),
        (
            |level| Level::Struct {
                next: Box::new(level),
            },
            2,
        ),
        (|level| Level::Seq(vec![level]), 2),
        (
            |level| Level::Map(BTreeMap::from([("key".to_owned(), level)])),
            2,
        ),
        (|level| Level::Wrapped(Some(Box::new(Wrapper(level)))), 1),
    ];
    for (wrap, deep) in wraps {
        let nested = |times| (0..times).fold(Level::End, |level, _| wrap(level));
        let most = Json::MAX_DEPTH / deep;
        let json = encode(nested(most)).unwrap();
        let depth = json.chars().filter(|c| matches!(c, '{' | '[')).count();
        assert_eq!(depth, Json::MAX_DEPTH, "{json}");
        assert_eq!(encode(nested(most + 1)), Err(EncodeError::TooDeep));
    }
}

#[test]
fn refuses_payloads_over_the_limit() {
    let json = Json::with_max_bytes(10);
    let mut out = Vec::new();
    json.encode("12345678", &mut out).unwrap();
    let refused = json.encode("123456789", &mut out).unwrap_err();
    let expected = EncodeError::TooLarge {
        bytes: 11,
        limit: 10,
    };
    assert_eq!(refused, expected);
    assert_eq!(out, b"\"12345678\"");
}

#[test]
fn passes_on_what_a_value_says_of_itself() {
    let refused = Json::default().encode(&BTreeMap::from([((1, 2), 3)]), &mut Vec::new());
    assert!(
        matches!(refused, Err(EncodeError::Serialize { .. })),
        "{refused:?}"
    );
}

#[test]
fn reads_back_every_float_it_takes() {
    let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..20_000 {
        bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let value = f64::from_bits(bits);
        let Ok(json) = encode(value) else { continue };
        let read: f64 = Json::default().decode(json.as_bytes()).unwrap();
        assert_eq!(read.to_bits(), bits, "{json}");
    }
}
