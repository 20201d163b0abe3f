//! How a page is filled, and where it ends.

use bytes::BytesMut;

use super::{Page, Part, Row, Span, StoredEvent};
use crate::place::{Position, Revision};
use crate::store::{Direction, Read, Scope};

/// Fills a page; for stores.
#[derive(Debug)]
pub struct PageBuilder {
    /// What it answers.
    pub(in crate::store) read: Read,
    room: usize,
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
            room: read.limit.max(1),
            read,
            buffer: BytesMut::new(),
            texts: String::new(),
            rows: Vec::new(),
            span: None,
            found: None,
        }
    }

    /// Takes no more events than this, whatever the request lets it.
    #[cfg(feature = "postgres")]
    pub(in crate::store) fn at_most(mut self, events: usize) -> Self {
        self.room = self.room.min(events);
        self
    }

    /// Whether the page has all that it may hold.
    pub fn is_full(&self) -> bool {
        let bytes = self.buffer.len() + self.texts.len() + self.rows.len() * size_of::<Row>();
        self.rows.len() >= self.room || bytes >= Read::PAGE_BYTES
    }

    /// Makes room for so many events, or as many as the page may hold, if they are all about as large as this
    /// one.
    pub fn reserve(&mut self, events: u64, like: &StoredEvent<'_>) {
        let bytes = like.payload.len() + like.metadata.len();
        let fit = Read::PAGE_BYTES / (bytes + size_of::<Row>());
        let events = usize::try_from(events).unwrap_or(usize::MAX);
        let events = events.min(self.room).min(fit);
        self.rows.reserve(events);
        self.buffer.reserve(events * (bytes + bytes / 16));
        // Events of other names than their neighbours come again and again, and other streams in a read of all.
        // Most names are hardly longer than their neighbours'.
        let others = like.stream.len() + like.codec.len();
        let name = like.name.len() + 16;
        self.texts.reserve(others + name * events.min(16));
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
        Page {
            cursor: cursor.or(self.read.scope.after()),
            read: self.read,
            buffer: self.buffer.freeze(),
            texts: self.texts,
            rows: self.rows,
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
