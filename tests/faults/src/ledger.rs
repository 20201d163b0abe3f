//! What the writers were told, and the judgement of what the readers saw by it.

use std::collections::{BTreeMap, HashMap, HashSet};
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

/// What went wrong, each with what shows it.
#[derive(Debug, Default)]
pub struct Verdict {
    lost: Vec<String>,
    twice: Vec<String>,
    reordered: Vec<String>,
    half: Vec<String>,
    refused: Vec<String>,
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

    /// Judges what the writers were told by itself, and what each reader saw by what they were told.
    pub fn judge<'a>(&self, readers: impl IntoIterator<Item = &'a Seen>) -> Verdict {
        let mut verdict = Verdict::default();
        self.judge_answers(&mut verdict);
        let known = self
            .batches
            .iter()
            .flat_map(|batch| batch.iter().map(move |event| (event.id, (event, batch))));
        let known: HashMap<_, _> = known.collect();
        for seen in readers {
            let told = |id| known.get(&id).copied();
            verdict.judge_order(seen, told);
            verdict.judge_ends(seen, told);
            let ids: HashSet<_> = seen.events.iter().map(|event| event.id).collect();
            let wanted = self
                .batches
                .iter()
                .flatten()
                .filter(|event| seen.view.shows(event));
            for event in wanted.filter(|event| !ids.contains(&event.id)) {
                verdict.lost.push(format!(
                    "{} was not shown {event}, which is acknowledged",
                    seen.view
                ));
            }
        }
        verdict
    }

    /// Each event was recorded at a time that the clock has said.
    pub fn judge_times(&self, clock: &TestClock) {
        for event in self.batches.iter().flatten() {
            let at = event.recorded_at;
            assert!(clock.has_said(at), "the clock has never said {at}: {event}");
        }
    }

    /// Positions are given out once; revisions leave no gap and follow positions.
    fn judge_answers(&self, verdict: &mut Verdict) {
        let mut positions = BTreeMap::new();
        for event in self.batches.iter().flatten() {
            if let Some(other) = positions.insert(event.position, event) {
                verdict
                    .twice
                    .push(format!("{event} has the position of {other}"));
            }
        }
        let mut next: HashMap<&str, u64> = HashMap::new();
        for event in positions.into_values() {
            let next = next.entry(&event.stream).or_default();
            if event.revision != *next {
                verdict
                    .reordered
                    .push(format!("revision {next} of its stream was to be {event}"));
            }
            *next = event.revision + 1;
        }
    }
}

impl Verdict {
    /// Judges event by event; `told` gives an event as its writer knows it, with its batch.
    fn judge_order<'a>(
        &mut self,
        seen: &Seen,
        told: impl Fn(Uuid) -> Option<(&'a Place, &'a Vec<Place>)>,
    ) {
        let mut ids = HashSet::new();
        let mut last: Option<&Place> = None;
        let mut revisions: HashMap<&str, u64> = HashMap::new();
        for event in &seen.events {
            let reader = &seen.view;
            match told(event.id) {
                None => self.refused.push(format!(
                    "{reader} was shown {event}, which nobody was told is stored"
                )),
                Some((told, _)) if told != event => {
                    self.reordered.push(format!(
                        "{reader} was shown {event}, and its writer was told {told}"
                    ));
                }
                Some(_) => {}
            }
            if !ids.insert(event.id) {
                self.twice.push(format!("{reader} was shown {event} twice"));
            }
            if let Some(last) = last.filter(|last| last.position >= event.position) {
                self.reordered
                    .push(format!("{reader} was shown {event} after {last}"));
            }
            last = Some(event);
            // One that is shown only some names sees gaps, as it should.
            let before = revisions.insert(&event.stream, event.revision);
            if let Some(before) =
                before.filter(|before| reader.name.is_none() && before + 1 != event.revision)
            {
                self.reordered.push(format!(
                    "{reader} was shown {event} after revision {before}"
                ));
            }
        }
    }

    /// Where a page said that there was nothing more, no batch was open.
    fn judge_ends<'a>(
        &mut self,
        seen: &Seen,
        told: impl Fn(Uuid) -> Option<(&'a Place, &'a Vec<Place>)>,
    ) {
        for end in &seen.ends {
            let Some(last) = end.checked_sub(1).and_then(|last| seen.events.get(last)) else {
                continue;
            };
            let rest = told(last.id).into_iter().flat_map(|(_, batch)| batch);
            let missing =
                rest.filter(|event| event.position > last.position && seen.view.shows(event));
            for event in missing {
                self.half.push(format!(
                    "{} was shown {last} and told that this is all, without {event}",
                    seen.view
                ));
            }
        }
    }

    /// Nothing went wrong; what is to be said of it.
    pub fn clean(&self) -> String {
        let all = [
            &self.lost,
            &self.twice,
            &self.reordered,
            &self.half,
            &self.refused,
        ];
        if let Some(first) = all.into_iter().flatten().next() {
            panic!("{self}; such as: {first}");
        }
        self.to_string()
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} lost, {} twice, {} reordered, {} half batches, {} refused ones seen",
            self.lost.len(),
            self.twice.len(),
            self.reordered.len(),
            self.half.len(),
            self.refused.len()
        )
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
