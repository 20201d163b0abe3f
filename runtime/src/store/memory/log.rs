//! The data of the memory store: one log of all events, and for each stream where its events are.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::clock::to_micros;
use crate::error::{Conflict, StoreError};
use crate::place::{Expected, Position, Revision};
use crate::recorded::EventId;
use crate::store::StoredSnapshot;
use crate::store::append::storable;
use crate::store::read::{Direction, Read, Scope};
use crate::store::{Append, Appended, Known, NewEvent, Page, PageBuilder, Span, StoredEvent};
use crate::stream::StreamName;

/// Events in commit order; the event at `position` is entry `position - 1`, `None` once it is deleted.
#[derive(Default)]
pub(super) struct Log {
    events: Vec<Option<Entry>>,
    streams: HashMap<StreamName, Stream>,
    snapshots: HashMap<StreamName, StoredSnapshot>,
}

struct Entry {
    stream: StreamName,
    revision: Revision,
    recorded_at: Timestamp,
    event: NewEvent,
}

/// A stream's live events: the one with revision `first + n` is at `positions[n]`.
#[derive(Default)]
struct Stream {
    first: u64,
    positions: Vec<Position>,
    ids: HashMap<EventId, Revision>,
}

impl Stream {
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

impl Log {
    pub(super) fn head(&self) -> Option<Position> {
        (!self.events.is_empty()).then(|| Position::new(self.events.len() as u64))
    }

    pub(super) fn append(
        &mut self,
        append: &Append,
        now: Timestamp,
    ) -> Result<Appended, StoreError> {
        if let Some(first) = append.repetition(&self.known(append))? {
            return Ok(self.repeated(append, first));
        }
        self.check_expected(append.stream(), append.expected())?;
        let recorded_at = to_micros(now);
        let stream = self.streams.entry(append.stream().clone()).or_default();
        let first = stream.next();
        let mut positions = Vec::with_capacity(append.events().len());
        for (event, revision) in append.events().iter().zip(first..) {
            let revision = Revision::new(revision);
            self.events.push(Some(Entry {
                stream: append.stream().clone(),
                revision,
                recorded_at,
                event: event.clone(),
            }));
            let position = Position::new(self.events.len() as u64);
            stream.positions.push(position);
            stream.ids.insert(event.id, revision);
            positions.push(position);
        }
        Ok(Appended {
            first: Revision::new(first),
            positions,
            recorded_at,
            repeated: false,
        })
    }

    fn known(&self, append: &Append) -> Vec<Option<Known>> {
        let Some(stream) = self.streams.get(append.stream()) else {
            return vec![None; append.events().len()];
        };
        let known = |event: &NewEvent| {
            let revision = *stream.ids.get(&event.id)?;
            let stored = &self.entry(stream.position(revision.get())?)?.event;
            let equal = (&stored.name, stored.version, &stored.codec, &stored.payload)
                == (&event.name, event.version, &event.codec, &event.payload);
            Some(Known { revision, equal })
        };
        append.events().iter().map(known).collect()
    }

    fn repeated(&self, append: &Append, first: Revision) -> Appended {
        let stream = &self.streams[append.stream()];
        let revisions = (first.get()..).take(append.events().len());
        let positions: Vec<_> = revisions.filter_map(|at| stream.position(at)).collect();
        let stored = positions.first().and_then(|position| self.entry(*position));
        let recorded_at = stored.map_or(Timestamp::UNIX_EPOCH, |entry| entry.recorded_at);
        Appended {
            first,
            positions,
            recorded_at,
            repeated: true,
        }
    }

    fn check_expected(&self, stream: &StreamName, expected: Expected) -> Result<(), StoreError> {
        let actual = self
            .streams
            .get(stream)
            .and_then(Stream::span)
            .map(|span| span.last);
        if expected.met_by(actual) {
            return Ok(());
        }
        Err(Conflict {
            stream: stream.clone(),
            expected,
            actual,
        }
        .into())
    }

    fn entry(&self, position: Position) -> Option<&Entry> {
        let index = usize::try_from(position.get().checked_sub(1)?).ok()?;
        self.events.get(index)?.as_ref()
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
        let entry = |revision| stream.position(revision);
        self.fill(page, read, places, entry, Some(edge.get()))
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
        let entry = |position| Some(Position::new(position));
        self.fill(page, read, places, entry, edge.map(Position::get))
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
        loop {
            let place = match read.direction {
                Direction::Forward => places.next(),
                Direction::Backward => places.next_back(),
            };
            let Some(place) = place else {
                return page.end(seen_all);
            };
            let Some(position) = at(place) else { continue };
            let Some(entry) = self.entry(position) else {
                continue;
            };
            if read.filter.lets(entry.stream.category(), &entry.event.name) {
                page.push(&entry.stored(position));
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
        self.check_expected(name, expected)?;
        self.snapshots.remove(name);
        let Some(stream) = self.streams.get_mut(name) else {
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
    fn stored(&self, position: Position) -> StoredEvent<'_> {
        StoredEvent {
            id: self.event.id,
            stream: self.stream.as_str(),
            revision: self.revision,
            position,
            index: self.event.index,
            name: &self.event.name,
            version: self.event.version,
            codec: &self.event.codec,
            tenant: self.event.tenant.as_deref(),
            recorded_at: self.recorded_at,
            payload: &self.event.payload,
            metadata: &self.event.metadata,
        }
    }
}
