//! An event with much that can be damaged: nested, tagged, of several versions.

use std::collections::BTreeMap;

use factum::{Aggregate, Apply, Event};
use serde::{Deserialize, Serialize};

/// Its third version.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "book.booked", version = 3, upcast(2 = BookedV2, 1 = BookedV1))]
pub struct Booked {
    /// What it is about.
    pub text: String,
    /// How much.
    pub cents: i64,
    /// At which rate.
    pub rate: f64,
    /// Its parts.
    pub lines: Vec<Line>,
    /// Whatever else.
    pub notes: BTreeMap<String, Option<u64>>,
}

/// A part of a booking.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Line {
    /// Paid in cash.
    Cash {
        /// How much.
        cents: i64,
    },
    /// Paid by card.
    Card {
        /// Its number.
        number: String,
    },
}

/// With the amount as text.
#[derive(Deserialize)]
pub struct BookedV1 {
    cents: String,
}

/// Without anything but the amount.
#[derive(Deserialize)]
pub struct BookedV2 {
    cents: i64,
}

impl TryFrom<BookedV1> for BookedV2 {
    type Error = std::num::ParseIntError;

    fn try_from(old: BookedV1) -> Result<Self, Self::Error> {
        let cents = old.cents.parse()?;
        Ok(Self { cents })
    }
}

impl From<BookedV2> for Booked {
    fn from(old: BookedV2) -> Self {
        Self {
            text: String::new(),
            cents: old.cents,
            rate: 1.0,
            lines: Vec::new(),
            notes: BTreeMap::new(),
        }
    }
}

/// Another event of the same streams.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "book.closed")]
pub struct Closed {
    /// Who closed it.
    pub by: String,
}

/// Counts the events that it was folded from.
#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "book", id = u64, events(Booked, Closed))]
pub struct Book {
    /// How many.
    pub events: u64,
}

impl Apply<Booked> for Book {
    fn apply(&mut self, _: &Booked) {
        self.events += 1;
    }
}

impl Apply<Closed> for Book {
    fn apply(&mut self, _: &Closed) {
        self.events += 1;
    }
}

impl Booked {
    /// One with something of everything.
    pub fn full() -> Self {
        Self {
            text: "Wörter \"und\" \\ mehr\n".to_owned(),
            cents: -1_234_567_890_123,
            rate: 0.1,
            lines: vec![
                Line::Cash { cents: 7 },
                Line::Card {
                    number: "4711".to_owned(),
                },
            ],
            notes: BTreeMap::from([("a".to_owned(), Some(u64::MAX)), (String::new(), None)]),
        }
    }
}
