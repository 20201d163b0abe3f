//! What the writers were told, and what the readers saw.

mod judge;

use std::fmt;

use factum::store::Read;
use factum::{Position, Timestamp, Uuid};
use serde::{Deserialize, Serialize};

use crate::clock::TestClock;

/// An event where a writer was told that it is, or where a reader saw it.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which event.
    pub id: Uuid,
    /// In which stream.
    pub stream: String,
    /// Its stored name.
    pub name: String,
    /// Where in the stream.
    pub revision: u64,
    /// Where in the store.
    pub position: u64,
    /// By the store's clock.
    pub recorded_at: Timestamp,
}

/// The batches that were acknowledged, each with its events in order, and how many were refused as intended.
#[derive(Serialize, Deserialize, Debug, Default)]
pub struct Ledger {
    /// What is there.
    pub batches: Vec<Vec<Place>>,
    /// What is not there.
    pub refused: u64,
}

/// What a reader is shown.
#[derive(Serialize, Deserialize, Clone, Debug, Default)]
pub struct View {
    /// Behind which position it starts.
    pub after: Option<u64>,
    /// Only streams of this category.
    pub category: Option<String>,
    /// Only events of this name.
    pub name: Option<String>,
    /// The most events of one page.
    pub limit: usize,
}

/// What a reader saw.
#[derive(Serialize, Deserialize, Debug)]
pub struct Seen {
    /// Through which view.
    pub view: View,
    /// The events, one after the other.
    pub events: Vec<Place>,
    /// How many events it had seen each time a page said that there was nothing more.
    pub ends: Vec<usize>,
}

impl View {
    /// Everything, in pages of this size.
    pub fn all(limit: usize) -> Self {
        Self {
            limit,
            ..Self::default()
        }
    }

    /// The page behind `after`.
    pub fn page(&self, after: Option<Position>) -> Read {
        let mut read = Read::all(after).limit(self.limit);
        if let Some(category) = &self.category {
            read = read.category(category.clone());
        }
        if let Some(name) = &self.name {
            read = read.event(name.clone());
        }
        read
    }

    fn shows(&self, event: &Place) -> bool {
        let category = event.stream.split('-').next();
        self.after.is_none_or(|after| event.position > after)
            && self
                .category
                .as_deref()
                .is_none_or(|only| category == Some(only))
            && self.name.as_deref().is_none_or(|only| event.name == only)
    }
}

impl Ledger {
    /// Takes in what other writers were told.
    pub fn extend(&mut self, other: Self) {
        self.batches.extend(other.batches);
        self.refused += other.refused;
    }

    /// How many events were acknowledged.
    pub fn events(&self) -> usize {
        self.batches.iter().map(Vec::len).sum()
    }

    /// The last position that was given out.
    pub fn head(&self) -> Option<Position> {
        self.batches
            .iter()
            .flatten()
            .map(|event| Position::new(event.position))
            .max()
    }

    /// How many appends were sent.
    pub fn appends(&self) -> u64 {
        self.batches.len() as u64 + self.refused
    }

    /// Each event was recorded at a time that the clock has said.
    pub fn judge_times(&self, clock: &TestClock) {
        for event in self.batches.iter().flatten() {
            let at = event.recorded_at;
            assert!(clock.has_said(at), "the clock has never said {at}: {event}");
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            id,
            stream,
            name,
            revision,
            position,
            ..
        } = self;
        write!(
            f,
            "event {id} (`{name}`, revision {revision} of `{stream}`, position {position})"
        )
    }
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            after,
            category,
            name,
            limit,
        } = self;
        write!(f, "the reader of pages of {limit}")?;
        category
            .iter()
            .try_for_each(|category| write!(f, " of `{category}`"))?;
        name.iter().try_for_each(|name| write!(f, " of `{name}`"))?;
        after
            .iter()
            .try_for_each(|after| write!(f, " from behind {after}"))
    }
}
