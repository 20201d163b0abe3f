//! What the writers were told, and what the readers saw.

use std::fmt;

use factum::Position;
use factum::store::Read;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::Row;
use crate::clock::TestClock;

/// The batches that were acknowledged, each with its events in order, and how many were refused as intended.
#[derive(Serialize, Deserialize, Debug, Default)]
pub struct Told {
    /// What is there.
    pub batches: Vec<Vec<Row>>,
    /// What is not there.
    pub refused: usize,
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
    pub events: Vec<Row>,
    /// When it saw each of them, by a clock that other processes do not have.
    #[serde(skip)]
    pub at: Vec<Instant>,
    /// How many events it had seen each time a page said that there was nothing more.
    pub ends: Vec<usize>,
}

impl Seen {
    /// Nothing yet.
    pub fn through(view: View) -> Self {
        Self {
            view,
            events: Vec::new(),
            at: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// Takes in what it is shown now.
    pub fn take_in(&mut self, events: impl IntoIterator<Item = Row>) {
        self.events.extend(events);
        self.at.resize(self.events.len(), Instant::now());
    }
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

    pub(super) fn shows(&self, event: &Row) -> bool {
        let category = event.stream.split('-').next();
        self.after.is_none_or(|after| event.position > after)
            && self
                .category
                .as_deref()
                .is_none_or(|only| category == Some(only))
            && self.name.as_deref().is_none_or(|only| event.name == only)
    }
}

impl Told {
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

    /// Each event was recorded at a time that the clock has said.
    pub fn judge_times(&self, clock: &TestClock) {
        for event in self.batches.iter().flatten() {
            let at = event.recorded_at;
            assert!(clock.has_said(at), "the clock has never said {at}: {event}");
        }
    }

    /// How often an event was recorded at an earlier time than the one before it.
    pub fn steps_back(&self) -> usize {
        let mut times: Vec<_> = self.batches.iter().flatten().collect();
        times.sort_by_key(|event| event.position);
        let steps = times.windows(2);
        steps
            .filter(|pair| pair[1].recorded_at < pair[0].recorded_at)
            .count()
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
