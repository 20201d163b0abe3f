//! The data of the memory store: one log of all events, and for each stream where its events are.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use jiff::Timestamp;
use tokio::sync::Notify;

use crate::clock::to_micros;
use crate::error::{Conflict, Refused, StoreError};
use crate::place::{Expected, Position, Revision};
use crate::recorded::EventId;
use crate::store::StoredSnapshot;
use crate::store::append::storable;
use crate::store::read::{Direction, Read, Scope};
use crate::store::{Append, Appended, Known, NewEvent, Page, PageBuilder, Span, StoredEvent};
use crate::stream::StreamName;

type Map<K, V> = HashMap<K, V, quick_cache::DefaultHashBuilder>;

/// How much memory is asked for at once for the bytes of events.
const ROOM: usize = 64 << 10;

/// Events in commit order; the event at `position` is entry `position - 1`, `None` once it is deleted.
///
/// Not in the lock's cache line, which those who wait for it take away from who holds it.
#[derive(Default)]
#[repr(align(128))]
pub(super) struct Log {
    events: Vec<Option<Entry>>,
    streams: Map<StreamName, Stream>,
    snapshots: Map<StreamName, StoredSnapshot>,
    /// Room for the bytes of the next events. A piece of memory that many events share goes with the last of them.
    room: BytesMut,
    /// Those who wait for the next events, if there are any.
    pub(super) waiting: Option<Arc<Notify>>,
}

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
    /// The payload, and the metadata from there on.
    bytes: Bytes,
    metadata: usize,
}

/// A stream's live events: the one with revision `first + n` is at `positions[n]`.
#[derive(Default)]
struct Stream {
    first: u64,
    positions: Vec<Position>,
    ids: Map<EventId, Revision>,
}

impl Stream {
    fn last(&self) -> Option<Revision> {
        self.span().map(|span| span.last)
    }

    fn next(&self) -> u64 {
        self.first + self.positions.len() as u64
    }

    fn span(&self) -> Option<Span> {
        let last = self
            .next()
            .checked_sub(1)
            .filter(|_| !self.positions.is_empty())?;
        Some(Span {
            first: Revision::new(self.first),
            last: Revision::new(last),
        })
    }

    fn position(&self, revision: u64) -> Option<Position> {
        let index = usize::try_from(revision.checked_sub(self.first)?).ok()?;
        self.positions.get(index).copied()
    }
}

impl Stream {
    /// What the stream holds of this batch under its ids: where an earlier attempt stored it, if one did.
    fn repeated(
        &self,
        log: &[Option<Entry>],
        append: &Append,
    ) -> Result<Option<Appended>, Refused> {
        let events = append.events();
        if !events.iter().any(|event| self.ids.contains_key(&event.id)) {
            return Ok(None);
        }
        let stored = |revision: u64| entry(log, self.position(revision)?);
        let known = |event: &NewEvent| {
            let revision = *self.ids.get(&event.id)?;
            let stored = stored(revision.get())?;
            let payload = &stored.bytes[..stored.metadata];
            let equal = (&stored.name, stored.version, &stored.codec, payload)
                == (&event.name, event.version, &event.codec, &event.payload);
            Some(Known { revision, equal })
        };
        let known: Vec<_> = events.iter().map(known).collect();
        let Some(first) = append.repetition(&known)? else {
            return Ok(None);
        };
        let revisions = (first.get()..).take(events.len());
        Ok(Some(Appended {
            first,
            positions: revisions.filter_map(|at| self.position(at)).collect(),
            recorded_at: stored(first.get())
                .map_or(Timestamp::UNIX_EPOCH, |entry| entry.recorded_at),
            repeated: true,
        }))
    }
}

/// Whether the stream whose last revision is `actual` is what the writer expects.
fn check(
    stream: &StreamName,
    expected: Expected,
    actual: Option<Revision>,
) -> Result<(), Conflict> {
    if expected.met_by(actual) {
        return Ok(());
    }
    Err(Conflict {
        stream: stream.clone(),
        expected,
        actual,
    })
}

/// The event's bytes in the log's own memory, which is one piece for many.
fn kept(event: &NewEvent, room: &mut BytesMut) -> Bytes {
    let bytes = event.payload.len() + event.metadata.len();
    if room.capacity() < bytes {
        *room = BytesMut::with_capacity(ROOM.max(bytes));
    }
    room.extend_from_slice(&event.payload);
    room.extend_from_slice(&event.metadata);
    room.split().freeze()
}

fn entry(log: &[Option<Entry>], position: Position) -> Option<&Entry> {
    let index = usize::try_from(position.get().checked_sub(1)?).ok()?;
    log.get(index)?.as_ref()
}

impl Log {
    pub(super) fn head(&self) -> Option<Position> {
        (!self.events.is_empty()).then(|| Position::new(self.events.len() as u64))
    }

    pub(super) fn append(
        &mut self,
        append: &Append,
        now: Timestamp,
    ) -> Result<Appended, StoreError> {
        let name = append.stream();
        let stream = match self.streams.get_mut(name) {
            Some(stream) => stream,
            None => {
                check(name, append.expected(), None)?;
                self.streams.entry(name.clone()).or_default()
            }
        };
        if let Some(appended) = stream.repeated(&self.events, append)? {
            return Ok(appended);
        }
        check(name, append.expected(), stream.last())?;
        let recorded_at = to_micros(now);
        let first = Revision::new(stream.next());
        let revisions = (first.get()..).map(Revision::new);
        let mut positions = Vec::with_capacity(append.events().len());
        for (event, revision) in append.events().iter().zip(revisions) {
            self.events.push(Some(Entry {
                stream: name.clone(),
                revision,
                recorded_at,
                id: event.id,
                name: event.name.clone(),
                version: event.version,
                index: event.index,
                codec: event.codec.clone(),
                tenant: event.tenant.clone(),
                bytes: kept(event, &mut self.room),
                metadata: event.payload.len(),
            }));
            let position = Position::new(self.events.len() as u64);
            stream.ids.insert(event.id, revision);
            stream.positions.push(position);
            positions.push(position);
        }
        Ok(Appended {
            first,
            positions,
            recorded_at,
            repeated: false,
        })
    }

    pub(super) fn read(&self, read: &Read) -> Result<Page, StoreError> {
        read.start()?;
        match &read.scope {
            Scope::Stream { name, after } => Ok(self.read_stream(read, name, *after)),
            Scope::All { after } => Ok(self.read_all(read, *after)),
        }
    }

    fn read_stream(&self, read: &Read, name: &StreamName, after: Option<Revision>) -> Page {
        let mut page = PageBuilder::new(read.clone());
        let Some((stream, span)) = self
            .streams
            .get(name)
            .and_then(|stream| Some((stream, stream.span()?)))
        else {
            return page.end(None);
        };
        page.span(Some(span));
        page.found(read.find.and_then(|id| stream.ids.get(&id).copied()));
        let (first, next) = (stream.first, stream.next());
        let after = after.map(Revision::get);
        let places = match read.direction {
            Direction::Forward => {
                after.map_or(first, |after| first.max(after.saturating_add(1)))..next
            }
            Direction::Backward => first..after.map_or(next, |after| next.min(after)),
        };
        let edge = match read.direction {
            Direction::Forward => span.last,
            Direction::Backward => span.first,
        };
        let at = |revision| stream.position(revision);
        self.fill(page, read, places, at, Some(edge.get()))
    }

    fn read_all(&self, read: &Read, after: Option<Position>) -> Page {
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
    fn fill(
        &self,
        mut page: PageBuilder,
        read: &Read,
        mut places: std::ops::Range<u64>,
        at: impl Fn(u64) -> Option<Position>,
        edge: Option<u64>,
    ) -> Page {
        let seen_all = (!places.is_empty()).then_some(edge).flatten();
        let mut first = true;
        loop {
            let place = match read.direction {
                Direction::Forward => places.next(),
                Direction::Backward => places.next_back(),
            };
            let Some(place) = place else {
                return page.end(seen_all);
            };
            let Some(position) = at(place) else { continue };
            let Some(entry) = entry(&self.events, position) else {
                continue;
            };
            if read.filter.lets(entry.stream.category(), &entry.name) {
                let stored = entry.stored(position, read.bare);
                if std::mem::take(&mut first) {
                    page.reserve(places.end - places.start + 1, &stored);
                }
                page.push(&stored);
                if page.is_full() {
                    return page.full();
                }
            }
        }
    }

    pub(super) fn snapshot(&self, stream: &StreamName) -> Option<StoredSnapshot> {
        self.snapshots.get(stream).cloned()
    }

    pub(super) fn keep_snapshot(&mut self, snapshot: StoredSnapshot) -> Result<(), StoreError> {
        storable("a revision", snapshot.revision.get())?;
        let span = self.streams.get(&snapshot.stream).and_then(Stream::span);
        let kept = self.snapshots.get(&snapshot.stream);
        if snapshot.is_kept(span, kept) {
            self.snapshots.insert(snapshot.stream.clone(), snapshot);
        }
        Ok(())
    }

    pub(super) fn delete(
        &mut self,
        name: &StreamName,
        expected: Expected,
    ) -> Result<u64, StoreError> {
        if let Expected::Revision(revision) = expected {
            storable("the expected revision", revision.get())?;
        }
        let stream = self.streams.get_mut(name);
        check(name, expected, stream.as_deref().and_then(Stream::last))?;
        self.snapshots.remove(name);
        let Some(stream) = stream else {
            return Ok(0);
        };
        stream.first = stream.next();
        stream.ids.clear();
        let deleted = std::mem::take(&mut stream.positions);
        for position in &deleted {
            if let Some(entry) = usize::try_from(position.get() - 1)
                .ok()
                .and_then(|index| self.events.get_mut(index))
            {
                *entry = None;
            }
        }
        Ok(deleted.len() as u64)
    }
}

impl Entry {
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

#[cfg(test)]
mod tests {
    use super::{NewEvent, ROOM, kept};
    use crate::recorded::EventId;
    use bytes::BytesMut;

    #[test]
    fn events_share_a_piece_of_memory_until_it_is_full() {
        let id = EventId::new(uuid::Uuid::nil());
        let half = NewEvent {
            metadata: vec![b'y'; 1 << 10].into(),
            ..NewEvent::json(id, "account.opened", vec![b'x'; ROOM / 2 - (1 << 10)])
        };
        let mut room = BytesMut::new();
        let [first, second, third] = [(); 3].map(|()| kept(&half, &mut room));
        assert_eq!(first.as_ptr_range().end, second.as_ptr());
        assert_ne!(second.as_ptr_range().end, third.as_ptr());
        assert_eq!(third.len() + room.capacity(), ROOM);
    }
}
