//! What is read: a page of events in one buffer, and the place to go on from.

use std::ops::Range;

use bytes::{Bytes, BytesMut};
use jiff::Timestamp;

use super::read::{Direction, Read, Scope};
use crate::error::Torn;
use crate::place::{Position, Revision};
use crate::recorded::EventId;

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

/// Fills a page; for stores.
#[derive(Debug)]
pub struct PageBuilder {
    read: Read,
    buffer: BytesMut,
    texts: String,
    rows: Vec<Row>,
    span: Option<Span>,
    found: Option<Revision>,
}

impl PageBuilder {
    /// An empty page that answers this request.
    pub fn new(read: Read) -> Self {
        Self {
            read,
            buffer: BytesMut::new(),
            texts: String::new(),
            rows: Vec::new(),
            span: None,
            found: None,
        }
    }

    /// Whether the page has all that it may hold.
    pub fn is_full(&self) -> bool {
        let bytes = self.buffer.len() + self.texts.len() + self.rows.len() * size_of::<Row>();
        self.rows.len() >= self.read.limit.max(1) || bytes >= Read::PAGE_BYTES
    }

    /// Makes room for so many events, or as many as the page may hold, if they are all about as large as this
    /// one.
    pub fn reserve(&mut self, events: u64, like: &StoredEvent<'_>) {
        let bytes = like.payload.len() + like.metadata.len();
        let fit = Read::PAGE_BYTES / (bytes + size_of::<Row>());
        let events = usize::try_from(events).unwrap_or(usize::MAX);
        let events = events.min(self.read.limit).min(fit);
        self.rows.reserve(events);
        self.buffer.reserve(events * (bytes + bytes / 16));
        let texts = like.stream.len() + like.name.len() + like.codec.len();
        self.texts.reserve(texts);
    }

    /// Adds the next event.
    pub fn push(&mut self, event: &StoredEvent<'_>) {
        let last = self.rows.last();
        // Neighbours mostly share stream, name and codec: those texts are kept once.
        let stream = last.map(|row| row.stream);
        let name = last.map(|row| row.name);
        let codec = last.map(|row| row.codec);
        let row = Row {
            id: event.id,
            revision: event.revision,
            position: event.position,
            index: event.index,
            version: event.version,
            recorded_at: event.recorded_at,
            stream: self.text(stream, event.stream),
            name: self.text(name, event.name),
            codec: self.text(codec, event.codec),
            tenant: event.tenant.map(|tenant| self.text(None, tenant)),
            payload: self.bytes(event.payload),
            metadata: self.bytes(event.metadata),
        };
        self.rows.push(row);
    }

    /// Says which revisions the stream has events for.
    pub fn span(&mut self, span: Option<Span>) {
        self.span = span;
    }

    /// Says where the event that was asked for stands in the stream.
    pub fn found(&mut self, revision: Option<Revision>) {
        self.found = revision;
    }

    /// The place of the last event that was added: its revision in a stream, or its position.
    pub fn last(&self) -> Option<u64> {
        self.rows.last().map(|row| match self.read.scope {
            Scope::Stream { .. } => row.revision.get(),
            Scope::All { .. } => row.position.get(),
        })
    }

    /// Finishes a page that ends where its events do, before all that was found is in it.
    pub fn full(self) -> Page {
        let cursor = self.last();
        self.finish(cursor, false)
    }

    /// Finishes a page that looked at everything up to this position, behind which there is more.
    pub fn seen(self, position: Position) -> Page {
        self.finish(Some(position.get()), false)
    }

    /// Finishes a page that has all that was found, or as much as it may hold. `edge` is the last place that there is in
    /// its direction, whether the filter lets its event through or not: a page that is full before that leads on, any
    /// other one has seen everything. If it started further on than that, its cursor stays there.
    pub fn end(self, edge: Option<u64>) -> Page {
        if self.is_full() && self.last() != edge {
            return self.full();
        }
        let is_ahead = |edge: &u64| match (self.read.direction, self.read.scope.after()) {
            (_, None) => true,
            (Direction::Forward, Some(start)) => *edge > start,
            (Direction::Backward, Some(start)) => *edge < start,
        };
        let cursor = edge.filter(is_ahead);
        self.finish(cursor, true)
    }

    fn finish(self, cursor: Option<u64>, end: bool) -> Page {
        let start = self.read.scope.after();
        Page {
            read: self.read,
            buffer: self.buffer.freeze(),
            texts: self.texts,
            rows: self.rows,
            cursor: cursor.or(start),
            end,
            span: self.span,
            found: self.found,
        }
    }

    fn text(&mut self, last: Option<Part>, text: &str) -> Part {
        match last {
            Some(part) if self.texts.as_bytes()[part.range()] == *text.as_bytes() => part,
            _ => {
                let start = self.texts.len();
                self.texts.push_str(text);
                Part::new(start, self.texts.len())
            }
        }
    }

    fn bytes(&mut self, bytes: &[u8]) -> Part {
        let start = self.buffer.len();
        self.buffer.extend_from_slice(bytes);
        Part::new(start, self.buffer.len())
    }
}
