//! What is read: a page of events in one buffer, and the place to go on from.

mod builder;

use std::ops::Range;

use bytes::Bytes;
use jiff::Timestamp;

use super::read::{Direction, Read, Scope};
use crate::error::Torn;
use crate::place::{Position, Revision};
use crate::recorded::EventId;

pub use builder::PageBuilder;

/// One event as it lies in the store, borrowed from its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredEvent<'a> {
    /// Which event it is.
    pub id: EventId,
    /// Its stream's whole name.
    pub stream: &'a str,
    /// Its place in the stream.
    pub revision: Revision,
    /// Its place in the store.
    pub position: Position,
    /// Its place among the events that one stored event was split into by a copy; otherwise 0.
    pub index: u32,
    /// Its stored name.
    pub name: &'a str,
    /// Its stored version.
    pub version: u16,
    /// The name of the codec that wrote the payload.
    pub codec: &'a str,
    /// For which tenant.
    pub tenant: Option<&'a str>,
    /// When the store wrote it. UTC, in microseconds.
    pub recorded_at: Timestamp,
    /// What happened, encoded.
    pub payload: &'a [u8],
    /// Encoded metadata.
    pub metadata: &'a [u8],
}

/// The revisions that a stream has events for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first one; above 0 after a delete.
    pub first: Revision,
    /// The last one.
    pub last: Revision,
}

impl Span {
    /// For stores: where a page ends that saw everything in this direction.
    pub fn edge(self, direction: Direction) -> u64 {
        let edge = match direction {
            Direction::Forward => self.last,
            Direction::Backward => self.first,
        };
        edge.get()
    }
}

/// A page of events: one buffer for all payloads, one for all texts, and the place to go on from.
///
/// ```
/// use factum::store::{Append, NewEvent, Read};
/// use factum::{EventId, Expected, Memory, Store, StreamName, Uuid};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), factum::StoreError> {
/// let store = Memory::new();
/// let stream = StreamName::new("account", "42").unwrap();
/// let events = (1..=3).map(|n| NewEvent::json(EventId::new(Uuid::from_u128(n)), "account.opened", "{}"));
/// store.append(Append::new(stream, Expected::NoStream, events.collect())?).await?;
///
/// let mut read = Some(Read::all(None).limit(2));
/// let mut seen = 0;
/// while let Some(request) = read {
///     let page = store.read(request).await?;
///     seen += page.iter().filter(|event| event.name == "account.opened").count();
///     read = page.next();
/// }
/// assert_eq!(seen, 3);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Page {
    read: Read,
    buffer: Bytes,
    texts: String,
    rows: Vec<Row>,
    cursor: Option<u64>,
    end: bool,
    span: Option<Span>,
    found: Option<Revision>,
}

/// A row: numbers, and where its bytes and texts lie in the buffers.
#[derive(Debug, Clone)]
struct Row {
    id: EventId,
    revision: Revision,
    position: Position,
    index: u32,
    version: u16,
    recorded_at: Timestamp,
    stream: Part,
    name: Part,
    codec: Part,
    tenant: Option<Part>,
    payload: Part,
    metadata: Part,
}

/// Where something lies in a buffer, in half the room: a page stops after some megabytes, and no store takes an
/// event that reaches past 4 GiB.
#[derive(Debug, Clone, Copy)]
struct Part {
    start: u32,
    end: u32,
}

impl Part {
    fn new(start: usize, end: usize) -> Self {
        let short = |at| u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            start: short(start),
            end: short(end),
        }
    }

    fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl Page {
    /// How many events it holds; a filtered page may hold none and still lead on.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it holds no events.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Its events, in the order that was asked for.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = StoredEvent<'_>> + ExactSizeIterator {
        self.rows.iter().map(|row| self.event(row))
    }

    /// The event at a place of the page, counted from 0.
    pub fn get(&self, index: usize) -> Option<StoredEvent<'_>> {
        self.rows.get(index).map(|row| self.event(row))
    }

    /// The request for the page after this one; `None` where there was nothing more to see.
    pub fn next(&self) -> Option<Read> {
        if self.end {
            return None;
        }
        let scope = match &self.read.scope {
            Scope::Stream { name, .. } => Scope::Stream {
                name: name.clone(),
                after: self.cursor.map(Revision::new),
            },
            Scope::All { .. } => Scope::All {
                after: self.cursor.map(Position::new),
            },
        };
        Some(Read {
            scope,
            ..self.read.clone()
        })
    }

    /// For the read of all: the last position that was looked at, whether its event passed the filter or not.
    ///
    /// It is what to keep as the checkpoint; it stays where the read started if there was nothing to look at.
    pub fn position(&self) -> Option<Position> {
        match self.read.scope {
            Scope::All { .. } => self.cursor.map(Position::new),
            Scope::Stream { .. } => None,
        }
    }

    /// For the read of a stream: the last revision that was looked at, whether its event passed the filter or
    /// not.
    pub fn revision(&self) -> Option<Revision> {
        match self.read.scope {
            Scope::Stream { .. } => self.cursor.map(Revision::new),
            Scope::All { .. } => None,
        }
    }

    /// Whether the store had nothing more behind this page when it was read.
    pub fn is_end(&self) -> bool {
        self.end
    }

    /// For the read of a stream: the revisions that it has events for, if it has any.
    pub fn span(&self) -> Option<Span> {
        self.span
    }

    /// For a read that asked for an event of the stream: its revision, if it is there.
    pub fn found(&self) -> Option<Revision> {
        self.found
    }

    /// For a whole stream's page: the first revision that does not stand where it should.
    pub(crate) fn torn(&self) -> Option<Torn> {
        let (Scope::Stream { name, after }, Some(span)) = (&self.read.scope, self.span) else {
            return None;
        };
        let mut next = after.map_or(span.first, |after| span.first.max(after.next()));
        let expected = |next: Revision| (next <= span.last).then_some(next);
        let torn = |expected, found| Torn {
            stream: name.clone(),
            expected,
            found,
        };
        for row in &self.rows {
            if expected(next) != Some(row.revision) {
                return Some(torn(expected(next), Some(row.revision)));
            }
            next = next.next();
        }
        expected(next)
            .filter(|_| self.end)
            .map(|next| torn(Some(next), None))
    }

    /// An event's metadata as a part of the page's buffer, which it then keeps alive.
    pub(crate) fn metadata(&self, index: usize) -> Bytes {
        self.rows
            .get(index)
            .map_or_else(Bytes::new, |row| self.buffer.slice(row.metadata.range()))
    }

    fn event(&self, row: &Row) -> StoredEvent<'_> {
        StoredEvent {
            id: row.id,
            stream: &self.texts[row.stream.range()],
            revision: row.revision,
            position: row.position,
            index: row.index,
            name: &self.texts[row.name.range()],
            version: row.version,
            codec: &self.texts[row.codec.range()],
            tenant: row.tenant.map(|part| &self.texts[part.range()]),
            recorded_at: row.recorded_at,
            payload: &self.buffer[row.payload.range()],
            metadata: &self.buffer[row.metadata.range()],
        }
    }
}
