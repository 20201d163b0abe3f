//! What serde can carry, and what is likely to be lost on the way.

use std::collections::BTreeMap;

use factum::Timestamp;
use fastrand::Rng;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[expect(clippy::option_option, reason = "it is one of the kinds that are lost")]
pub(crate) enum Value {
    F64(f64),
    F32(f32),
    Unsigned(u64),
    Signed(i64),
    U128(u128),
    I128(i128),
    Text(String),
    Character(char),
    Bytes(Vec<u8>),
    Time(Timestamp),
    Deep(Deep),
    ByText(BTreeMap<String, u64>),
    ByNumber(BTreeMap<i64, String>),
    ByWide(BTreeMap<u128, bool>),
    ByCharacter(BTreeMap<char, f64>),
    ByPair(BTreeMap<(u8, u8), u8>),
    Tagged(Tagged),
    Adjacent(Adjacent),
    Untagged(Untagged),
    Flat(Flat),
    Maybe(Option<f64>),
    MaybeNothing(Option<()>),
    MaybeMaybe(Option<Option<u8>>),
    Nothing(()),
}

/// How many kinds there are.
pub(crate) const KINDS: usize = 24;

/// As deep as it is long.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub(crate) struct Deep(Vec<Deep>);

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(tag = "kind")]
pub(crate) enum Tagged {
    Wide { wide: u128, signed: i128 },
    Float { float: f64 },
    Text { kinds: String },
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(tag = "kind", content = "content")]
pub(crate) enum Adjacent {
    Wide(u128),
    Float(f64),
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(untagged)]
pub(crate) enum Untagged {
    Wide(u128),
    Signed(i128),
    Float(f64),
    Text(String),
    Many(Vec<Untagged>),
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub(crate) struct Flat {
    own: u64,
    #[serde(flatten)]
    rest: BTreeMap<String, Untagged>,
}

impl Value {
    /// Whether it is of a type that serde does not carry through JSON, such as a 128-bit integer behind a tag, which is
    /// written and never read. That is seen by reading again only.
    pub(crate) fn needs_comparison(&self) -> bool {
        matches!(
            self,
            Self::Tagged(Tagged::Wide { .. }) | Self::Untagged(_) | Self::Flat(_)
        )
    }

    pub(crate) fn random(random: &mut Rng) -> Self {
        match random.usize(..KINDS) {
            0 => Self::F64(float(random)),
            1 => Self::F32(f32::from_bits(random.u32(..))),
            2 => Self::Unsigned(unsigned(random)),
            3 => Self::Signed(unsigned(random).cast_signed()),
            4 => Self::U128(wide(random)),
            5 => Self::I128(wide(random).cast_signed()),
            6 => Self::Text(text(random)),
            7 => Self::Character(random.char(..)),
            8 => Self::Bytes((0..random.usize(..300)).map(|_| random.u8(..)).collect()),
            9 => Self::Time(time(random)),
            10 => Self::Deep(deep(random)),
            11 => Self::ByText(map(random, text, |random| random.u64(..))),
            12 => Self::ByNumber(map(random, |random| random.i64(..), text)),
            13 => Self::ByWide(map(random, wide, Rng::bool)),
            14 => Self::ByCharacter(map(random, |random| random.char(..), float)),
            15 => Self::ByPair(map(
                random,
                |random| (random.u8(..), 0),
                |random| random.u8(..),
            )),
            16 => Self::Tagged(tagged(random)),
            17 if random.bool() => Self::Adjacent(Adjacent::Wide(wide(random))),
            17 => Self::Adjacent(Adjacent::Float(float(random))),
            18 => Self::Untagged(untagged(random)),
            19 => Self::Flat(Flat {
                own: unsigned(random),
                rest: map(random, text, untagged),
            }),
            20 => Self::Maybe(random.bool().then(|| float(random))),
            21 => Self::MaybeNothing(random.bool().then_some(())),
            22 => Self::MaybeMaybe(random.bool().then(|| random.bool().then(|| random.u8(..)))),
            _ => Self::Nothing(()),
        }
    }
}

/// Every pattern of bits, and those that mean something.
fn float(random: &mut Rng) -> f64 {
    const SPECIAL: [f64; 10] = [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        -0.0,
        f64::MIN_POSITIVE,
        f64::MAX,
        5e-324,
        9_007_199_254_740_993.0,
        0.1,
        1e23,
    ];
    match random.u8(..3) {
        0 => SPECIAL[random.usize(..SPECIAL.len())],
        _ => f64::from_bits(random.u64(..)),
    }
}

fn unsigned(random: &mut Rng) -> u64 {
    let edges = [
        0,
        1,
        1 << 53,
        (1 << 53) + 1,
        i64::MAX.unsigned_abs(),
        1 << 63,
        u64::MAX,
    ];
    if random.bool() {
        edges[random.usize(..edges.len())]
    } else {
        random.u64(..) >> random.u32(..64)
    }
}

fn wide(random: &mut Rng) -> u128 {
    let past = u128::from(u64::MAX) + 1;
    let edges = [
        past - 1,
        past,
        u128::MAX,
        i128::from(i64::MIN).cast_unsigned(),
        1 << 127,
    ];
    match random.u8(..3) {
        0 => edges[random.usize(..edges.len())],
        1 => random.u128(..),
        _ => unsigned(random).into(),
    }
}

/// What is no text elsewhere, what looks like an escape, nothing, and a lot.
fn text(random: &mut Rng) -> String {
    const PARTS: [&str; 18] = [
        "\0",
        "\\u0000",
        "\\ud800",
        "\\udc00\\ud800",
        "\u{d7ff}\u{e000}",
        "\u{ffff}",
        "\u{10ffff}",
        "\u{2028}",
        "\"",
        "\\",
        "/",
        "\u{7f}",
        "\r\n",
        "null",
        "1e999",
        "{\"a\":",
        "é",
        "😀",
    ];
    match random.u16(..2_000) {
        0..100 => String::new(),
        100..110 => "x".repeat(64 << 10),
        110..135 => "y".repeat(1 << 20),
        _ => (0..random.usize(..6))
            .map(|_| PARTS[random.usize(..PARTS.len())])
            .collect(),
    }
}

fn time(random: &mut Rng) -> Timestamp {
    match random.u8(..5) {
        0 => Timestamp::MIN,
        1 => Timestamp::MAX,
        2 => "2016-12-31T23:59:60.999999999Z".parse().unwrap(),
        3 => "9999-12-30T22:00:00.999999999Z".parse().unwrap(),
        _ => {
            let nanoseconds = Timestamp::MIN.as_nanosecond()..=Timestamp::MAX.as_nanosecond();
            Timestamp::from_nanosecond(random.i128(nanoseconds)).unwrap()
        }
    }
}

/// Around the depths at which the codec, and without it the reader, give up.
fn deep(random: &mut Rng) -> Deep {
    let depths = [1, 61, 62, 63, 64, 65, 126, 127, 128, 129, 1_000];
    let depth = depths[random.usize(..depths.len())];
    (1..depth).fold(Deep(Vec::new()), |inner, _| Deep(vec![inner]))
}

fn tagged(random: &mut Rng) -> Tagged {
    match random.u8(..3) {
        0 => Tagged::Wide {
            wide: wide(random),
            signed: wide(random).cast_signed(),
        },
        1 => Tagged::Float {
            float: float(random),
        },
        _ => Tagged::Text {
            kinds: text(random),
        },
    }
}

fn untagged(random: &mut Rng) -> Untagged {
    match random.u8(..5) {
        0 => Untagged::Wide(wide(random)),
        1 => Untagged::Signed(-i128::from(random.u64(1..=1 << 63))),
        2 => Untagged::Float(float(random)),
        3 => Untagged::Text(text(random)),
        _ => Untagged::Many((0..random.usize(..3)).map(|_| untagged(random)).collect()),
    }
}

fn map<K: Ord, V>(
    random: &mut Rng,
    mut key: impl FnMut(&mut Rng) -> K,
    mut value: impl FnMut(&mut Rng) -> V,
) -> BTreeMap<K, V> {
    (0..random.usize(..4))
        .map(|_| (key(random), value(random)))
        .collect()
}
