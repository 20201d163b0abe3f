//! All events, in commit order.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::Notify;

use crate::place::{Position, Revision};
use crate::recorded::EventId;
use crate::store::{Append, Direction, NewEvent, Page, PageBuilder, Read, StoredEvent};
use crate::stream::StreamName;

/// The event at `position` is entry `position - 1`, `None` once it is deleted.
///
/// Not in the lock's cache line, as the parts of the streams.
#[derive(Default)]
#[repr(align(128))]
pub(super) struct Log {
    events: Vec<Option<Entry>>,
    /// Those who wait for the next events, if there are any.
    pub(super) waiting: Option<Arc<Notify>>,
}

/// A stored event; its position is its place in the log.
pub(super) struct Entry {
    stream: StreamName,
    revision: Revision,
    recorded_at: Timestamp,
    id: EventId,
    name: Cow<'static, str>,
    version: u16,
    index: u32,
    codec: Cow<'static, str>,
    tenant: Option<Arc<str>>,
    /// The payload, and the metadata from there on.
    bytes: Box<[u8]>,
    metadata: usize,
}

impl Log {
    pub(super) fn head(&self) -> Option<Position> {
        (!self.events.is_empty()).then(|| Position::new(self.events.len() as u64))
    }

    /// Takes in a batch whose first event has this revision, and says its position.
    pub(super) fn push(&mut self, batch: Vec<Entry>, first: Revision) -> Position {
        let position = Position::new(self.events.len() as u64 + 1);
        let revisions = (first.get()..).map(Revision::new);
        let entries = batch.into_iter().zip(revisions);
        let entries = entries.map(|(entry, revision)| Entry { revision, ..entry });
        self.events.extend(entries.map(Some));
        position
    }

    pub(super) fn entry(&self, position: Position) -> Option<&Entry> {
        let index = usize::try_from(position.get().checked_sub(1)?).ok()?;
        self.events.get(index)?.as_ref()
    }

    pub(super) fn delete(&mut self, positions: &[Position]) {
        for position in positions {
            let index = usize::try_from(position.get() - 1);
            if let Some(entry) = index.ok().and_then(|index| self.events.get_mut(index)) {
                *entry = None;
            }
        }
    }

    pub(super) fn read(&self, read: &Read, after: Option<Position>) -> Page {
        let page = PageBuilder::new(read.clone());
        let next = self.events.len() as u64 + 1;
        let after = after.map(Position::get);
        let (places, edge) = match read.direction {
            Direction::Forward => (
                after.map_or(1, |after| after.saturating_add(1))..next,
                self.head(),
            ),
            Direction::Backward => (
                1..after.map_or(next, |after| next.min(after)),
                self.head().map(|_| Position::new(1)),
            ),
        };
        let at = |position| Some(Position::new(position));
        self.fill(page, read, places, at, edge.map(Position::get))
    }

    /// Fills a page from the entries at these places, in the direction that was asked for.
    pub(super) fn fill(
        &self,
        mut page: PageBuilder,
        read: &Read,
        mut places: std::ops::Range<u64>,
        at: impl Fn(u64) -> Option<Position>,
        edge: Option<u64>,
    ) -> Page {
        let mut first = true;
        loop {
            let place = match read.direction {
                Direction::Forward => places.next(),
                Direction::Backward => places.next_back(),
            };
            let Some(place) = place else {
                return page.end(edge);
            };
            let Some(position) = at(place) else { continue };
            let Some(entry) = self.entry(position) else {
                continue;
            };
            if read.filter.lets(entry.stream.category(), &entry.name) {
                let stored = entry.stored(position, read.bare);
                if std::mem::take(&mut first) {
                    page.reserve(places.end - places.start + 1, &stored);
                }
                page.push(&stored);
                if page.is_full() {
                    return page.end(edge);
                }
            }
        }
    }
}

impl Entry {
    /// The events of a batch as the log holds them, but for their revisions.
    pub(super) fn all(append: &Append, recorded_at: Timestamp) -> Vec<Self> {
        let entry = |event: &NewEvent| Self {
            stream: append.stream().clone(),
            revision: Revision::new(0),
            recorded_at,
            id: event.id,
            name: event.name.clone(),
            version: event.version,
            index: event.index,
            codec: event.codec.clone(),
            tenant: event.tenant.clone(),
            bytes: in_one(&event.payload, &event.metadata),
            metadata: event.payload.len(),
        };
        append.events().iter().map(entry).collect()
    }

    pub(super) fn recorded_at(&self) -> Timestamp {
        self.recorded_at
    }

    /// Whether it is what was sent.
    pub(super) fn is_equal(&self, sent: &NewEvent) -> bool {
        let payload = &self.bytes[..self.metadata];
        (&self.name, self.version, &self.codec, payload)
            == (&sent.name, sent.version, &sent.codec, &sent.payload)
    }

    fn stored(&self, position: Position, bare: bool) -> StoredEvent<'_> {
        let (payload, metadata) = self.bytes.split_at(self.metadata);
        StoredEvent {
            id: self.id,
            stream: self.stream.as_str(),
            revision: self.revision,
            position,
            index: self.index,
            name: &self.name,
            version: self.version,
            codec: &self.codec,
            tenant: self.tenant.as_deref(),
            recorded_at: self.recorded_at,
            payload,
            metadata: if bare { &[] } else { metadata },
        }
    }
}

/// Not larger than it has to be: most of what the store takes of memory is this.
fn in_one(payload: &[u8], metadata: &[u8]) -> Box<[u8]> {
    let mut bytes = Vec::with_capacity(payload.len() + metadata.len());
    bytes.extend_from_slice(payload);
    bytes.extend_from_slice(metadata);
    bytes.into_boxed_slice()
}
