//! The events of one part, in commit order.

use std::borrow::Cow;
use std::iter;
use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;

use crate::place::{Position, Revision};
use crate::recorded::EventId;
use crate::store::{Direction, NewEvent, Page, PageBuilder, StoredEvent};
use crate::stream::StreamName;

/// How many events a piece has room for.
pub(super) const PIECE: usize = 64;

/// How much room it has for their bytes before that has to grow.
const ROOM: usize = 16 << 10;

/// Events in pieces that stay where they are: nobody waits for a log to be moved because it grew.
#[derive(Default)]
pub(super) struct Log(Vec<Piece>);

/// The event number `n` of a log is entry `n % PIECE` of piece `n / PIECE`, `None` once it is deleted.
struct Piece {
    entries: Vec<(Position, Option<Entry>)>,
    /// Payloads and metadata, which go with the last of the events.
    bytes: Vec<u8>,
    deleted: usize,
}

/// A stored event.
struct Entry {
    stream: StreamName,
    revision: Revision,
    recorded_at: Timestamp,
    id: EventId,
    name: Cow<'static, str>,
    version: u16,
    index: u32,
    codec: Cow<'static, str>,
    tenant: Option<Arc<str>>,
    /// Where its payload begins, and its metadata, and where that ends.
    payload: usize,
    metadata: usize,
    end: usize,
}

/// An event where it lies.
pub(super) struct Row<'a> {
    pub(super) position: Position,
    entry: &'a Entry,
    bytes: &'a [u8],
}

impl Log {
    pub(super) fn len(&self) -> usize {
        let last = self.0.last().map_or(PIECE, |last| last.entries.len());
        self.0.len() * PIECE + last - PIECE
    }

    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.0.iter().map(|piece| piece.bytes.capacity()).sum()
    }

    pub(super) fn push(
        &mut self,
        position: Position,
        stream: &StreamName,
        revision: Revision,
        recorded_at: Timestamp,
        event: &NewEvent,
    ) {
        let pieces = self.0.len();
        let piece = match self.0.last_mut() {
            Some(piece) if piece.entries.len() < PIECE => piece,
            _ => {
                self.0.push(Piece::new());
                &mut self.0[pieces]
            }
        };
        let payload = piece.bytes.len();
        piece.bytes.extend_from_slice(&event.payload);
        let metadata = piece.bytes.len();
        piece.bytes.extend_from_slice(&event.metadata);
        let entry = Entry {
            stream: stream.clone(),
            revision,
            recorded_at,
            id: event.id,
            name: event.name.clone(),
            version: event.version,
            index: event.index,
            codec: event.codec.clone(),
            tenant: event.tenant.clone(),
            payload,
            metadata,
            end: piece.bytes.len(),
        };
        piece.entries.push((position, Some(entry)));
    }

    pub(super) fn row(&self, place: usize) -> Option<Row<'_>> {
        let piece = self.0.get(place / PIECE)?;
        let (position, entry) = piece.entries.get(place % PIECE)?;
        Some(Row {
            position: *position,
            entry: entry.as_ref()?,
            bytes: &piece.bytes,
        })
    }

    pub(super) fn delete(&mut self, place: usize) {
        let Some(piece) = self.0.get_mut(place / PIECE) else {
            return;
        };
        if let Some((_, entry)) = piece.entries.get_mut(place % PIECE) {
            *entry = None;
            piece.deleted += 1;
        }
        if piece.deleted == PIECE {
            piece.bytes = Vec::new();
        }
    }

    /// How many of its events are before this place of the store.
    fn before(&self, position: u64) -> usize {
        let is_before = |(it, _): &(Position, Option<Entry>)| it.get() < position;
        let is_whole = |piece: &Piece| piece.entries.last().is_some_and(is_before);
        let pieces = self.0.partition_point(is_whole);
        let rest = self.0.get(pieces);
        let rest = rest.map_or(0, |piece| piece.entries.partition_point(is_before));
        self.len().min(pieces * PIECE + rest)
    }

    /// What was stored behind a position, or before it.
    pub(super) fn rows(
        &self,
        direction: Direction,
        after: Option<Position>,
    ) -> impl Iterator<Item = Row<'_>> {
        let after = after.map(Position::get);
        let places = match direction {
            Direction::Forward => {
                after.map_or(0, |after| self.before(after.saturating_add(1)))..self.len()
            }
            Direction::Backward => 0..after.map_or(self.len(), |after| self.before(after)),
        };
        in_direction(places, direction).filter_map(|place| self.row(place))
    }
}

/// These places, the last one first if it is to be backward.
pub(super) fn in_direction<T>(mut places: Range<T>, direction: Direction) -> impl Iterator<Item = T>
where
    Range<T>: DoubleEndedIterator<Item = T>,
{
    iter::from_fn(move || match direction {
        Direction::Forward => places.next(),
        Direction::Backward => places.next_back(),
    })
}

/// The rows of several logs as those of one, each of them in this direction.
pub(super) fn merged<'a>(
    logs: impl Iterator<Item = impl Iterator<Item = Row<'a>>>,
    direction: Direction,
) -> impl Iterator<Item = Row<'a>> {
    let mut logs: Vec<_> = logs.map(Iterator::peekable).collect();
    iter::from_fn(move || {
        let next = logs
            .iter_mut()
            .filter_map(|log| Some((log.peek()?.position, log)));
        let next = match direction {
            Direction::Forward => next.min_by_key(|(position, _)| *position),
            Direction::Backward => next.max_by_key(|(position, _)| *position),
        };
        next?.1.next()
    })
}

/// Fills a page with what its filter lets through of these rows, of which there are at most so many.
pub(super) fn fill<'a>(
    mut page: PageBuilder,
    rows: impl Iterator<Item = Row<'a>>,
    most: u64,
    edge: Option<u64>,
) -> Page {
    let mut first = true;
    for row in rows {
        let (entry, read) = (row.entry, &page.read);
        if read.filter.lets(entry.stream.category(), &entry.name) {
            let stored = row.stored(read.bare);
            if std::mem::take(&mut first) {
                page.reserve(most, &stored);
            }
            page.push(&stored);
            if page.is_full() {
                break;
            }
        }
    }
    page.end(edge)
}

impl Piece {
    fn new() -> Self {
        Self {
            entries: Vec::with_capacity(PIECE),
            bytes: Vec::with_capacity(ROOM),
            deleted: 0,
        }
    }
}

impl<'a> Row<'a> {
    pub(super) fn stored(&self, bare: bool) -> StoredEvent<'a> {
        let entry = self.entry;
        let end = if bare { entry.metadata } else { entry.end };
        StoredEvent {
            id: entry.id,
            stream: entry.stream.as_str(),
            revision: entry.revision,
            position: self.position,
            index: entry.index,
            name: &entry.name,
            version: entry.version,
            codec: &entry.codec,
            tenant: entry.tenant.as_deref(),
            recorded_at: entry.recorded_at,
            payload: &self.bytes[entry.payload..entry.metadata],
            metadata: &self.bytes[entry.metadata..end],
        }
    }
}
