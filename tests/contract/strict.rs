//! What is in order passes: values that check what they are made from, in events, commands and ids.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use factum::{
    Aggregate, Apply, Command, Context, Event, Handle, IntoEvents, InvalidId, StreamId, Timestamp,
    Uuid,
};
use serde::{Deserialize, Serialize};

/// A newtype that takes some values of its inner type.
macro_rules! checked {
    ($($ident:ident($inner:ty, $repr:literal) = $is:expr),+ $(,)?) => {$(
        #[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[serde(try_from = $repr, into = $repr)]
        struct $ident($inner);

        impl TryFrom<$inner> for $ident {
            type Error = String;

            fn try_from(inner: $inner) -> Result<Self, String> {
                let is: fn(&$inner) -> bool = $is;
                if is(&inner) {
                    Ok(Self(inner))
                } else {
                    Err(format!("{inner:?} is no {}", stringify!($ident)))
                }
            }
        }

        impl From<$ident> for $inner {
            fn from(it: $ident) -> Self {
                it.0
            }
        }
    )+};
}

fn digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn upper(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

checked! {
    NonEmpty(String, "String") = |text| !text.trim().is_empty(),
    Short(String, "String") = |text| (3..=20).contains(&text.chars().count()),
    Slug(String, "String") = |text| !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'),
    Email(String, "String") = |text| text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')),
    Iban(String, "String") = |text| text.len() >= 15 && upper(text) && digits(&text[2..4], 2),
    Bic(String, "String") = |text| (text.len() == 8 || text.len() == 11) && upper(text),
    Zip(String, "String") = |text| digits(text, 5),
    Pan(String, "String") = |text| digits(text, 16),
    Isbn(String, "String") = |text| digits(text, 13),
    Hash40(String, "String") = |text| text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit()),
    Address(String, "String") = |text| text.strip_prefix("0x").is_some_and(|hex| hex.len() == 40),
    YearMonth(String, "String") = |text| text.len() == 7 && text.as_bytes()[4] == b'-' && digits(&text[..4], 4),
    Clock(String, "String") = |text| text.len() == 5 && text.as_bytes()[2] == b':',
    Base64(String, "String") = |text| !text.is_empty() && text.len().is_multiple_of(4) && text.ends_with('='),
    Number(String, "String") = |text| text.split_once('-').is_some_and(|(word, number)| word.len() == 3 && upper(word) && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())),
    Percent(u8, "u8") = |number| *number <= 100,
    Age(u8, "u8") = |number| (18..=120).contains(number),
    Year(i32, "i32") = |number| (1900..=2100).contains(number),
    Latitude(i32, "i32") = |number| (-90..=90).contains(number),
    Port(u16, "u16") = |number| *number >= 1024,
    Cents(i64, "i64") = |number| *number > 0,
    Even(u64, "u64") = |number| number.is_multiple_of(2),
    Tags(Vec<String>, "Vec<String>") = |tags| tags.len() <= 2,
    Some1(Vec<u8>, "Vec<u8>") = |items| !items.is_empty(),
    Two(Vec<u8>, "Vec<u8>") = |items| items.len() == 2,
    Sorted(Vec<u8>, "Vec<u8>") = |items| items.is_sorted(),
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
enum Channel {
    Web,
    Shop {
        till: u8,
    },
    #[serde(other)]
    Unknown,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Meters(f64);

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Point(Meters, Meters, Option<(u8, u8)>);

macro_rules! recorded {
    ($($ident:ident $name:literal { $($(#[$attr:meta])* $field:ident: $ty:ty),+ $(,)? })+) => {
        $(
            #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
            #[event(name = $name)]
            #[serde(deny_unknown_fields)]
            struct $ident { $($(#[$attr])* $field: $ty),+ }

            impl Apply<$ident> for Strict {
                fn apply(&mut self, event: &$ident) {
                    self.seen += 1;
                    self.last.insert($name.to_owned(), format!("{event:?}").len());
                }
            }
        )+

        #[derive(Aggregate, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
        #[aggregate(name = "strict", id = Zip, events($($ident),+), commands(Register, Move), tests)]
        struct Strict {
            seen: u32,
            last: BTreeMap<String, usize>,
        }
    };
}

recorded! {
    OfTexts "strict.texts" {
        a: NonEmpty, b: Short, c: Slug, d: Email, e: Iban, f: Bic, g: Zip, h: Pan, i: Isbn, j: Hash40, k: Address,
        l: YearMonth, m: Clock, n: Base64, o: Number,
    }
    OfNumbers "strict.numbers" {
        a: Percent, b: Age, c: Year, d: Latitude, e: Port, f: Cents, g: Even, h: Option<Percent>, i: Vec<Age>,
        j: u128, k: i128, l: [u8; 32], m: [Percent; 3],
    }
    OfLists "strict.lists" {
        a: Tags, b: Some1, c: Two, d: BTreeMap<Iban, BTreeMap<Uuid, Vec<Percent>>>, e: HashMap<Slug, HashMap<u8, Email>>,
        f: Sorted, g: Vec<Two>,
    }
    OfShapes "strict.shapes" {
        a: Channel, b: Point, c: Vec<Channel>, d: Option<Box<Point>>, e: (Percent, Timestamp, jiff::SignedDuration),
        #[serde(default, skip_serializing_if = "Option::is_none", with = "twice")]
        f: Option<Option<u8>>,
    }
    OfFlat "strict.flat" { a: Flat, at: Timestamp, to: Option<jiff::civil::Date> }
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Flat {
    id: Percent,
    #[serde(flatten)]
    rest: HashMap<String, serde_json::Value>,
}

/// `null` is something else than no field.
mod twice {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(
        clippy::ref_option,
        clippy::trivially_copy_pass_by_ref,
        clippy::option_option,
        reason = "serde asks for it"
    )]
    pub(super) fn serialize<S: Serializer>(
        it: &Option<Option<u8>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        it.as_ref().and_then(Option::as_ref).serialize(to)
    }

    #[expect(clippy::option_option, reason = "it is what is tested")]
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Option<u8>>, D::Error> {
        Option::deserialize(from).map(Some)
    }
}

impl StreamId for Zip {
    fn to_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }

    fn from_text(text: &str) -> Result<Self, InvalidId> {
        Self::try_from(text.to_owned()).map_err(|_| InvalidId::new(text, "Zip"))
    }
}

#[derive(Command, Serialize, Deserialize, Clone, Debug)]
#[command(aggregate = Strict, id = who)]
struct Register {
    who: Zip,
    iban: Iban,
    age: Age,
}

#[derive(Command, Serialize, Deserialize, Clone, Debug)]
#[command(aggregate = Strict, id = who)]
#[serde(deny_unknown_fields)]
struct Move {
    who: Zip,
    to: Point,
    by: Option<Email>,
}

impl Handle<Register> for Strict {
    type Error = &'static str;

    fn handle(
        &self,
        command: &Register,
        _: &Context,
    ) -> Result<impl IntoEvents<StrictEvent>, &'static str> {
        if self.seen > 0 {
            return Err("registered");
        }
        let (slug, email) = (Slug("ada".into()), Email("ada@example.org".into()));
        let of = BTreeMap::from([(Uuid::nil(), vec![Percent(command.age.0.min(100))])]);
        Ok(OfLists {
            a: Tags(Vec::new()),
            b: Some1(vec![command.age.0]),
            c: Two(vec![0, 1]),
            d: BTreeMap::from([(command.iban.clone(), of)]),
            e: HashMap::from([(slug, HashMap::from([(0, email)]))]),
            f: Sorted(vec![1]),
            g: Vec::new(),
        })
    }
}

impl Handle<Move> for Strict {
    type Error = &'static str;

    fn handle(
        &self,
        command: &Move,
        _: &Context,
    ) -> Result<impl IntoEvents<StrictEvent>, &'static str> {
        if self.seen == 0 || command.by.is_none() {
            return Err("nobody");
        }
        Ok(OfShapes {
            a: Channel::Shop { till: 1 },
            b: command.to.clone(),
            c: vec![Channel::Unknown],
            d: Some(Box::new(command.to.clone())),
            e: (
                Percent(1),
                Timestamp::UNIX_EPOCH,
                jiff::SignedDuration::ZERO,
            ),
            f: Some(None),
        })
    }
}
