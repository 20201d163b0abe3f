//! Events as one build after another declares them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Event;
use crate::testing::contract::SoleEvent;

/// One event, as one build declares it.
macro_rules! build {
    ($build:ident $(#[$attr:meta])* { $($(#[$of:meta])* $field:ident: $ty:ty),* }) => {
        pub(super) mod $build {
            use super::*;

            #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
            $(#[$attr])*
            pub(crate) struct Paid {
                $($(#[$of])* $field: $ty),*
            }
        }
    };
}

build!(first #[event(name = "order.paid")] { cents: u64 });
build!(wider #[event(name = "order.paid")] { cents: u64, note: Option<String> });
build!(wider_still #[event(name = "order.paid")] { cents: u64, note: Option<String>, by: Option<u8> });
build!(other_type #[event(name = "order.paid")] { cents: String });
build!(sampled #[event(name = "order.paid", sample = Paid { cents: 5 })] { cents: u64 });
build!(limited #[event(name = "order.paid")] {
    cents: u64,
    #[serde(default, rename = "maxPerDay")]
    max_per_day: u8
});
build!(unlimited
    #[event(name = "order.paid", version = 2)]
    #[event(removed(#[serde(default)] #[serde(rename = "maxPerDay")] max_per_day: u8, in = 2))]
    { cents: u64 });
build!(tipped #[event(name = "order.paid", version = 2)] {
    cents: u64,
    #[event(since = 2, default = 7)]
    tip: u64
});
build!(tipped_more #[event(name = "order.paid", version = 2)] {
    cents: u64,
    #[event(since = 2, default = 8)]
    tip: u64
});
build!(empty #[event(name = "order.paid", version = 2)] {
    cents: u64,
    #[event(since = 2, default = None)]
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[event(since = 2, default = BTreeMap::new())]
    labels: BTreeMap<String, u8>
});
build!(filled #[event(name = "order.paid", version = 2)] {
    cents: u64,
    #[event(since = 2, default = Some("x".to_owned()))]
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[event(since = 2, default = BTreeMap::from([("imported".to_owned(), 1)]))]
    labels: BTreeMap<String, u8>
});
build!(other_step #[event(name = "order.paid", version = 2, upcast(1 = Euros))] { cents: u64 });
build!(named #[event(name = "order.settled", alias("order.paid"))] { cents: u64 });
build!(stepped #[event(name = "order.paid", version = 2, upcast(1 = Tender))] { cents: u64 });
build!(remembered
    #[event(name = "order.paid", version = 2, upcast(1 = Tender))]
    #[event(stored(1 = r#"{"By":{"Card":{"fee":3}},"tip":2}"#))]
    { cents: u64 });
build!(misremembered
    #[event(name = "order.paid", version = 2, upcast(1 = Tender), stored(1 = r#"{"euros":1}"#))]
    { cents: u64 });
build!(by_card #[event(name = "order.paid")] { by: Card });
build!(by_bank #[event(name = "order.paid")] { by: Bank });
build!(flat #[event(name = "order.paid")] {
    cents: u64,
    #[serde(flatten)]
    terms: Terms
});
build!(never #[event(name = "order.paid")] { cents: Never });

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub(crate) enum Card {
    Card,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub(crate) enum Bank {
    Bank,
    Card,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub(crate) struct Terms {
    days: Option<u16>,
}

#[derive(Deserialize)]
pub(crate) struct Euros {
    euros: u64,
}

impl From<Euros> for other_step::Paid {
    fn from(Euros { euros }: Euros) -> Self {
        let json = serde_json::json!({"cents": 100 * euros});
        serde_json::from_value(json).unwrap()
    }
}

#[derive(Deserialize)]
pub(crate) struct Tender {
    tip: Option<u64>,
    #[serde(rename = "By")]
    by: By,
}

#[derive(Deserialize)]
enum By {
    Cash,
    Card { fee: Option<u64> },
}

macro_rules! takes {
    ($($build:ident),*) => {$(
        impl TryFrom<Tender> for $build::Paid {
            type Error = String;

            /// Refuses a card without a fee, and takes all else.
            fn try_from(Tender { tip, by }: Tender) -> Result<Self, String> {
                let fee = match by {
                    By::Cash => 0,
                    By::Card { fee } => fee.ok_or("no fee")?,
                };
                let json = serde_json::json!({"cents": fee.saturating_add(tip.unwrap_or(1))});
                serde_json::from_value(json).map_err(|error| error.to_string())
            }
        }
    )*};
}

takes!(stepped, remembered, misremembered);

/// What nothing can be invented of.
#[derive(Serialize, Clone, Debug, PartialEq)]
pub(crate) struct Never;

impl<'de> Deserialize<'de> for Never {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?;
        Err(serde::de::Error::custom("no text is good enough"))
    }
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "order.placed")]
pub(crate) struct Placed;

/// The events of a build.
macro_rules! events {
    ($($name:ident = [$($event:ty),*];)*) => {
        $(pub(super) const $name: &[SoleEvent] = &[$(SoleEvent::of::<$event>()),*];)*
    };
}

events! {
    FIRST = [first::Paid];
    BOTH = [first::Paid, Placed];
    WIDER = [wider::Paid];
    WIDER_STILL = [wider_still::Paid];
    OTHER_TYPE = [other_type::Paid];
    SAMPLED = [sampled::Paid];
    LIMITED = [limited::Paid];
    UNLIMITED = [unlimited::Paid];
    TIPPED = [tipped::Paid];
    TIPPED_MORE = [tipped_more::Paid];
    EMPTY = [empty::Paid];
    FILLED = [filled::Paid];
    OTHER_STEP = [other_step::Paid];
    NAMED = [named::Paid];
    STEPPED = [stepped::Paid];
    REMEMBERED = [remembered::Paid];
    MISREMEMBERED = [misremembered::Paid];
    BY_CARD = [by_card::Paid];
    BY_BANK = [by_bank::Paid];
    FLAT = [flat::Paid];
    NEVER = [never::Paid];
    PLACED = [Placed];
}
