//! Builds of one application, each with a change of its own.

use std::fmt::Debug;

use factum::{Aggregate, Apply, Event, IntoEvents, Retired};
use serde::{Deserialize, Serialize};

/// A state that is what was applied to it.
pub(super) trait Seen {
    fn seen(&self) -> String;
}

macro_rules! build {
    ($build:ident: $([$($event:tt)*] $(#[$serde:meta])? $name:ident { $($fields:tt)* }),+ $(; $($option:tt)*)?) => {
        pub(super) mod $build {
            use super::{Aggregate, Apply, Debug, Deserialize, Event, Seen, Serialize};

            $(
                #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
                #[event($($event)*)]
                $(#[$serde])?
                pub struct $name { $($fields)* }
            )+

            #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
            #[aggregate(name = "till", id = String, events($($name),+) $($($option)*)?)]
            pub struct Till {
                seen: Vec<String>,
            }

            impl<E: Debug> Apply<E> for Till {
                fn apply(&mut self, event: &E) {
                    self.seen.push(format!("{event:?}"));
                }
            }

            impl Seen for Till {
                fn seen(&self) -> String {
                    self.seen.join(", ")
                }
            }
        }
    };
}

build!(first: [name = "till.paid"] Paid { pub cents: u32 });

build!(came: [name = "till.paid", version = 2] Paid {
    pub cents: u32,
    #[event(since = 2, default = 7)]
    pub tip: u32,
});

build!(renamed: [name = "till.paid", version = 2] Paid {
    #[event(since = 2, renamed_from = "cents")]
    pub amount: u32,
});

build!(typed: [name = "till.paid", version = 2, upcast(1 = super::PaidV1)] Paid { pub sum: String });

#[derive(Deserialize)]
pub(super) struct PaidV1 {
    cents: u32,
}

impl From<PaidV1> for typed::Paid {
    fn from(old: PaidV1) -> Self {
        let sum = format!("EUR {}", old.cents);
        Self { sum }
    }
}

build!(optional: [name = "till.paid"] Paid { pub cents: u32, pub by: Option<String> });

build!(went: [name = "till.paid", version = 2, removed(by: Option<String>, in = 2)] Paid { pub cents: u32 });

build!(strict: [name = "till.paid"] #[serde(deny_unknown_fields)] Paid { pub cents: u32 });

build!(wide: [name = "till.paid"] Paid { pub cents: u64 });

build!(coins: [name = "till.paid"] Paid { pub by: super::Coins });

build!(cards: [name = "till.paid"] Paid { pub by: super::Cards });

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub(super) enum Coins {
    Cash,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub(super) enum Cards {
    Cash,
    Card,
}

build!(alias: [name = "till.paid", alias("till.settled")] Paid { pub cents: u32 });

build!(exchanged: [name = "till.settled", alias("till.paid")] Paid { pub cents: u32 });

build!(lists: [name = "till.paid"] Paid { pub cents: u32 }, [name = "till.closed"] Closed {});

build!(ignores: [name = "till.paid"] Paid { pub cents: u32 }; , ignored("till.closed"));

build!(retires: [name = "till.paid"] Paid { pub cents: u32 }; , retired(super::Closed));

/// It was worth something, in the words of an event that each build lists.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "till.closed")]
pub(super) struct Closed {}

impl Retired<retires::TillEvent> for Closed {
    fn replace(self) -> impl IntoEvents<retires::TillEvent> {
        retires::Paid { cents: 0 }
    }
}

build!(
    splits: [name = "till.paid-in"] PaidIn { pub cents: u32 }, [name = "till.tipped"] Tipped { pub cents: u32 };
    , retired(super::Paid)
);

// What comes before `splits`: it lists what that one records.
build!(
    splits_soon: [name = "till.paid"] Paid { pub cents: u32 },
    [name = "till.paid-in"] PaidIn { pub cents: u32 }, [name = "till.tipped"] Tipped { pub cents: u32 }
);

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "till.paid")]
pub(super) struct Paid {
    cents: u32,
}

impl Retired<splits::TillEvent> for Paid {
    fn replace(self) -> impl IntoEvents<splits::TillEvent> {
        let Self { cents } = self;
        (splits::PaidIn { cents }, splits::Tipped { cents: 0 })
    }
}
