//! What is known of each stream, in parts with a lock each, so that writers of different streams seldom wait for one
//! another.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::log::Log;
use crate::error::{Refused, StoreError};
use crate::place::{Expected, Position, Revision};
use crate::recorded::EventId;
use crate::store::{Append, Appended, Direction, Known, NewEvent, Page, PageBuilder, Read};
use crate::store::{Span, StoredSnapshot};
use crate::stream::StreamName;

type Map<K, V> = HashMap<K, V, quick_cache::DefaultHashBuilder>;

const PARTS: usize = 16;

/// All streams. Who locks a part and the log locks the part first.
#[derive(Default)]
pub(super) struct Streams([RwLock<Part>; PARTS]);

/// The streams of some names.
///
/// Not in its lock's cache line, which those who wait for it take away from who holds it.
#[derive(Default)]
#[repr(align(128))]
pub(super) struct Part {
    streams: Map<StreamName, Stream>,
    snapshots: Map<StreamName, StoredSnapshot>,
}

/// A stream's live events: the one with revision `first + n` is at `positions[n]`.
#[derive(Default)]
pub(super) struct Stream {
    first: u64,
    positions: Vec<Position>,
    ids: Map<EventId, Revision>,
}

impl Streams {
    // Every change is checked before its first write, so a panic elsewhere leaves a part whole.
    pub(super) fn reading(&self, name: &StreamName) -> RwLockReadGuard<'_, Part> {
        let part = self.part(name).read();
        part.unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn writing(&self, name: &StreamName) -> RwLockWriteGuard<'_, Part> {
        let part = self.part(name).write();
        part.unwrap_or_else(PoisonError::into_inner)
    }

    fn part(&self, name: &StreamName) -> &RwLock<Part> {
        // Names mostly differ in their last letters. The highest bits of a product depend on all of them.
        let last = name.as_str().bytes().rev().take(8);
        let mixed = last.fold(0_u32, |mixed, byte| {
            mixed.wrapping_add(byte.into()).wrapping_mul(0x9E37_79B1)
        });
        &self.0[(mixed >> 16) as usize % PARTS]
    }
}

impl Part {
    /// The stream that a batch is for; a new one if none is expected.
    pub(super) fn of(&mut self, append: &Append) -> Result<&mut Stream, StoreError> {
        match self.streams.entry(append.stream().clone()) {
            Entry::Occupied(stream) => Ok(stream.into_mut()),
            Entry::Vacant(place) => {
                append.expected().check(place.key(), None)?;
                Ok(place.insert(Stream::default()))
            }
        }
    }

    pub(super) fn read(
        &self,
        log: &Log,
        read: &Read,
        name: &StreamName,
        after: Option<Revision>,
    ) -> Page {
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
        let at = |revision| stream.position(revision);
        log.fill(page, read, places, at, Some(span.edge(read.direction)))
    }

    /// Forgets a stream's events, and says where they are.
    pub(super) fn delete(
        &mut self,
        name: &StreamName,
        expected: Expected,
    ) -> Result<Vec<Position>, StoreError> {
        let stream = self.streams.get_mut(name);
        expected.check(name, stream.as_deref().and_then(Stream::last))?;
        self.snapshots.remove(name);
        let Some(stream) = stream else {
            return Ok(Vec::new());
        };
        stream.first = stream.next();
        stream.ids.clear();
        Ok(std::mem::take(&mut stream.positions))
    }

    pub(super) fn snapshot(&self, stream: &StreamName) -> Option<StoredSnapshot> {
        self.snapshots.get(stream).cloned()
    }

    pub(super) fn keep_snapshot(&mut self, snapshot: StoredSnapshot) -> Result<(), StoreError> {
        snapshot.places()?;
        let span = self.streams.get(&snapshot.stream).and_then(Stream::span);
        let kept = self.snapshots.get(&snapshot.stream);
        if snapshot.is_kept(span, kept) {
            self.snapshots.insert(snapshot.stream.clone(), snapshot);
        }
        Ok(())
    }
}

impl Stream {
    /// The revision of a batch's first event, if the batch is new and the stream is what the writer expects.
    pub(super) fn first_of(&self, append: &Append) -> Result<Revision, StoreError> {
        append.expected().check(append.stream(), self.last())?;
        Ok(Revision::new(self.next()))
    }

    /// Notes where the events of a batch are: from this position on.
    pub(super) fn extend(&mut self, append: &Append, first: Position) -> Vec<Position> {
        let revisions = (self.next()..).map(Revision::new);
        let ids = append.events().iter().map(|event| event.id);
        self.ids.extend(ids.zip(revisions));
        let positions = (first.get()..).map(Position::new);
        let positions: Vec<_> = positions.take(append.events().len()).collect();
        self.positions.extend_from_slice(&positions);
        positions
    }

    /// Whether any of a batch's ids is in the stream.
    pub(super) fn knows(&self, append: &Append) -> bool {
        let mut ids = append.events().iter().map(|event| &event.id);
        ids.any(|id| self.ids.contains_key(id))
    }

    /// Where an earlier attempt stored a batch of which some id is known.
    pub(super) fn repeated(&self, log: &Log, append: &Append) -> Result<Option<Appended>, Refused> {
        let events = append.events();
        let stored = |revision: u64| log.entry(self.position(revision)?);
        let known = |event: &NewEvent| {
            let revision = *self.ids.get(&event.id)?;
            let equal = stored(revision.get())?.is_equal(event);
            Some(Known { revision, equal })
        };
        let known: Vec<_> = events.iter().map(known).collect();
        let Some(first) = append.repetition(&known)? else {
            return Ok(None);
        };
        let revisions = (first.get()..).take(events.len());
        Ok(stored(first.get()).map(|entry| Appended {
            first,
            positions: revisions.filter_map(|at| self.position(at)).collect(),
            recorded_at: entry.recorded_at(),
            repeated: true,
        }))
    }

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
