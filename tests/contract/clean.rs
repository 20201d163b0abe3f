//! What is in order passes: every kind of field, in events, in states and in old shapes.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::net::{IpAddr, SocketAddr};
use std::num::{NonZeroI64, NonZeroU8};
use std::path::PathBuf;
use std::time::Duration;

use factum::{Aggregate, Apply, Event, Timestamp, Uuid};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! shape {
    ($(#[$attr:meta])* $ident:ident $body:tt) => {
        #[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
        $(#[$attr])*
        struct $ident $body
    };
}

/// A text that only a type of its own reads.
macro_rules! text {
    ($ident:ident, $is:expr) => {
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
        struct $ident(String);

        impl Serialize for $ident {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $ident {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = Cow::<str>::deserialize(deserializer)?;
                let is: fn(&str) -> bool = $is;
                if is(&text) {
                    Ok(Self(text.into_owned()))
                } else {
                    Err(serde::de::Error::custom("not in that form"))
                }
            }
        }
    };
}

text!(Url, |text| text.starts_with("https://"));
text!(Decimal, |text| text.contains('.')
    && text.parse::<f64>().is_ok());
text!(Email, |text| text.contains('@'));
text!(Currency, |text| text.len() == 3
    && text.chars().all(|c| c.is_ascii_uppercase()));
text!(Ulid, |text| text.len() == 26
    && text.chars().all(|c| c.is_ascii_alphanumeric()));

shape!(Numbers {
    a: i8,
    b: i16,
    c: i32,
    d: i64,
    e: i128,
    f: u8,
    g: u16,
    h: u32,
    i: u64,
    j: u128,
    k: f32,
    l: f64,
    m: NonZeroU8,
    n: NonZeroI64,
    o: bool,
    p: char,
    q: (),
    r: usize
});

shape!(Texts {
    name: String,
    id: Uuid,
    at: Timestamp,
    on: jiff::civil::Date,
    time: jiff::civil::Time,
    both: jiff::civil::DateTime,
    span: jiff::SignedDuration,
    took: Duration,
    ip: IpAddr,
    peer: SocketAddr,
    path: PathBuf,
    url: Url,
    amount: Decimal,
    mail: Email,
    currency: Currency,
    ulid: Ulid,
    owned: Cow<'static, str>,
    boxed: Box<str>
});

shape!(Lists {
    ids: Vec<Uuid>,
    pairs: Vec<(u8, String)>,
    array: [u16; 3],
    option: Option<Vec<Option<u8>>>,
    by_name: BTreeMap<String, u32>,
    by_number: BTreeMap<u64, Currency>,
    by_id: HashMap<Uuid, Vec<u8>>,
    by_sign: BTreeMap<i32, bool>,
    by_letter: HashMap<char, Suit>,
    by_suit: BTreeMap<Suit, u8>,
    any: serde_json::Value,
    names: HashSet<String>,
    numbers: BTreeSet<i16>
});

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
enum Suit {
    Hearts,
    Spades,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
enum Outside {
    Unit,
    One(Uuid),
    Two(u8, Currency),
    Named { amount: Decimal, suit: Option<Suit> },
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Inside {
    Nothing,
    BankTransfer {
        iban: String,
        cents: u64,
        urgent: bool,
        rate: f64,
    },
    Card {
        last: u16,
        holder: Holder,
        parts: Vec<u8>,
        memo: Option<String>,
    },
}

shape!(Holder {
    name: String,
    born: Timestamp
});

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(tag = "kind", content = "of")]
enum Beside {
    Unit,
    One(u32),
    Named { name: String, suit: Suit },
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(untagged)]
enum Either {
    Number(u64),
    Flag(bool),
    Text(String),
}

shape!(Tagged {
    outside: Outside,
    inside: Inside,
    beside: Beside,
    either: Either
});

shape!(Flat {
    id: Uuid,
    #[serde(flatten)]
    holder: Holder,
    #[serde(flatten)]
    inside: Inside,
    note: Option<String>
});

shape!(Tree { value: u8, left: Option<Box<Tree>>, right: Option<Box<Tree>>, more: Vec<Tree> });

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
enum Expression {
    Add(Box<Expression>, Box<Expression>),
    Not(Box<Expression>),
    Number(i64),
}

shape!(
    #[serde(try_from = "(u32, u32)", into = "(u32, u32)")]
    Range { from: u32, to: u32 }
);

impl TryFrom<(u32, u32)> for Range {
    type Error = String;

    fn try_from((from, to): (u32, u32)) -> Result<Self, String> {
        if from < to {
            Ok(Self { from, to })
        } else {
            Err("an empty range".into())
        }
    }
}

impl From<Range> for (u32, u32) {
    fn from(range: Range) -> Self {
        (range.from, range.to)
    }
}

shape!(#[serde(rename_all = "camelCase", deny_unknown_fields)] Renamed {
    #[serde(alias = "holder", alias = "owner")]
    full_name: String,
    #[serde(rename = "type")]
    kind: Suit,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<u8>
});

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Newtype(Currency);

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Pair(u8, Newtype);

macro_rules! recorded {
    ($($ident:ident: $ty:ty = $name:literal),+ $(,)?) => {
        $(
            #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
            #[event(name = $name, version = 2, upcast(1 = Old<$ty>))]
            struct $ident($ty);

            impl From<Old<$ty>> for $ident {
                fn from(old: Old<$ty>) -> Self {
                    Self(old.was)
                }
            }

            impl Apply<$ident> for Everything {
                fn apply(&mut self, event: &$ident) {
                    self.last = Some(format!("{event:?}").len());
                }
            }
        )+

        #[derive(Aggregate, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
        #[aggregate(name = "everything", id = String, events($($ident),+), tests)]
        struct Everything {
            last: Option<usize>,
        }
    };
}

/// What version 1 stored.
#[derive(Deserialize)]
struct Old<T> {
    was: T,
}

recorded! {
    OfNumbers: Numbers = "of.numbers",
    OfTexts: Texts = "of.texts",
    OfLists: Lists = "of.lists",
    OfTagged: Tagged = "of.tagged",
    OfFlat: Flat = "of.flat",
    OfTrees: Tree = "of.trees",
    OfExpressions: Expression = "of.expressions",
    OfRanges: Vec<Range> = "of.ranges",
    OfRenamed: Renamed = "of.renamed",
    OfPairs: Pair = "of.pairs",
    OfNothing: () = "of.nothing",
}
