//! What is known of each stream, and its events, in parts with a lock each, so that writers of different streams seldom
//! wait for one another.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use jiff::Timestamp;

use super::head::Given;
use super::log::{Log, Row, fill, in_direction};
use crate::error::{Refused, StoreError};
use crate::place::{Expected, Position, Revision};
use crate::recorded::EventId;
use crate::store::{
    Append, Appended, Direction, Known, NewEvent, Page, PageBuilder, Read, Span, StoredSnapshot,
};
use crate::stream::StreamName;

type Map<K, V> = HashMap<K, V, quick_cache::DefaultHashBuilder>;

const PARTS: usize = 16;

/// All streams. Who locks several parts locks them in their order.
#[derive(Default)]
pub(super) struct Streams([RwLock<Part>; PARTS]);

/// The streams of some names.
///
/// Not in its lock's cache line, which those who wait for it take away from who holds it.
#[derive(Default)]
#[repr(align(128))]
pub(super) struct Part {
    streams: Map<StreamName, Stream>,
    pub(super) log: Log,
    snapshots: Map<StreamName, StoredSnapshot>,
}

/// A stream's live events: the one with revision `first + n` is at `places[n]` of its part's log.
#[derive(Default)]
pub(super) struct Stream {
    first: u64,
    places: Vec<usize>,
    ids: Ids,
}

/// Where the ids of a stream's events stand.
///
/// Most ids are made in the order of their events: those are in a list that is only added to, and a new one is behind
/// its end.
#[derive(Default)]
pub(super) struct Ids {
    ascending: Vec<(EventId, Revision)>,
    others: Map<EventId, Revision>,
}

impl Ids {
    pub(super) fn get(&self, id: EventId) -> Option<Revision> {
        let known = match self.ascending.last() {
            Some((last, _)) if *last >= id => {
                let place = self.ascending.binary_search_by_key(&id, |(id, _)| *id);
                place.ok().map(|place| self.ascending[place].1)
            }
            _ => None,
        };
        known.or_else(|| self.others.get(&id).copied())
    }

    pub(super) fn insert(&mut self, id: EventId, revision: Revision) {
        if self.ascending.last().is_none_or(|(last, _)| *last < id) {
            self.ascending.push((id, revision));
        } else {
            self.others.insert(id, revision);
        }
    }
}

// Every change is checked before its first write, so a panic elsewhere leaves a part whole.
impl Streams {
    pub(super) fn all_reading(&self) -> Vec<RwLockReadGuard<'_, Part>> {
        let reading = |part| RwLock::read(part).unwrap_or_else(PoisonError::into_inner);
        self.0.iter().map(reading).collect()
    }

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
    /// Where a batch goes, or was put before: the stream, and the log of its events.
    pub(super) fn of(&mut self, append: &Append) -> Result<(&mut Stream, &mut Log), StoreError> {
        let stream = match self.streams.entry(append.stream().clone()) {
            Entry::Occupied(stream) => stream.into_mut(),
            Entry::Vacant(place) => {
                append.expected().check(place.key(), None)?;
                place.insert(Stream::default())
            }
        };
        Ok((stream, &mut self.log))
    }

    /// A stream that has events.
    pub(super) fn live(&self, name: &StreamName) -> Option<(&Stream, Span)> {
        let stream = self.streams.get(name)?;
        Some((stream, stream.span()?))
    }

    pub(super) fn read(
        &self,
        read: Read,
        live: Option<(&Stream, Span)>,
        after: Option<Revision>,
    ) -> Page {
        let (direction, find) = (read.direction, read.find);
        let mut page = PageBuilder::new(read);
        let Some((stream, span)) = live else {
            return page.end(None);
        };
        page.span(Some(span));
        page.found(find.and_then(|id| stream.ids.get(id)));
        let (first, next) = (stream.first, stream.next());
        let after = after.map(Revision::get);
        let revisions = match direction {
            Direction::Forward => {
                after.map_or(first, |after| first.max(after.saturating_add(1)))..next
            }
            Direction::Backward => first..after.map_or(next, |after| next.min(after)),
        };
        let most = revisions.end.saturating_sub(revisions.start);
        let rows = in_direction(revisions, direction);
        let rows = rows.filter_map(|revision| stream.row(&self.log, revision));
        fill(page, rows, most, Some(span.edge(direction)))
    }

    /// Forgets a stream's events, and says how many there were.
    pub(super) fn delete(
        &mut self,
        name: &StreamName,
        expected: Expected,
    ) -> Result<u64, StoreError> {
        let stream = self.streams.get_mut(name);
        expected.check(name, stream.as_deref().and_then(Stream::last))?;
        self.snapshots.remove(name);
        let Some(stream) = stream else {
            return Ok(0);
        };
        let first = stream.next();
        let gone = std::mem::take(stream);
        stream.first = first;
        for place in &gone.places {
            self.log.delete(*place);
        }
        Ok(gone.places.len() as u64)
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

    /// Takes in a batch, at the positions that were given out for it.
    pub(super) fn extend(&mut self, log: &mut Log, append: &Append, given: &Given, now: Timestamp) {
        let places = (self.next()..).map(Revision::new).zip(given.first.get()..);
        for (event, (revision, position)) in append.events().iter().zip(places) {
            self.ids.insert(event.id, revision);
            self.places.push(log.len());
            log.push(
                Position::new(position),
                append.stream(),
                revision,
                now,
                event,
            );
        }
    }

    /// Whether any of a batch's ids is in the stream.
    pub(super) fn knows(&self, append: &Append) -> bool {
        let mut ids = append.events().iter().map(|event| event.id);
        ids.any(|id| self.ids.get(id).is_some())
    }

    /// Where an earlier attempt stored a batch of which some id is known.
    pub(super) fn repeated(&self, log: &Log, append: &Append) -> Result<Option<Appended>, Refused> {
        let events = append.events();
        let stored = |revision: u64| Some(self.row(log, revision)?.stored(true));
        let known = |event: &NewEvent| {
            let revision = self.ids.get(event.id)?;
            let stored = stored(revision.get())?;
            let equal = (stored.name, stored.version, stored.codec, stored.payload)
                == (&*event.name, event.version, &*event.codec, &*event.payload);
            Some(Known { revision, equal })
        };
        let known: Vec<_> = events.iter().map(known).collect();
        let Some(first) = append.repetition(&known)? else {
            return Ok(None);
        };
        let rows = (first.get()..).take(events.len()).filter_map(stored);
        Ok(stored(first.get()).map(|row| Appended {
            first,
            positions: rows.map(|row| row.position).collect(),
            recorded_at: row.recorded_at,
            repeated: true,
        }))
    }

    fn last(&self) -> Option<Revision> {
        self.span().map(|span| span.last)
    }

    fn next(&self) -> u64 {
        self.first + self.places.len() as u64
    }

    fn span(&self) -> Option<Span> {
        let last = self
            .next()
            .checked_sub(1)
            .filter(|_| !self.places.is_empty())?;
        Some(Span {
            first: Revision::new(self.first),
            last: Revision::new(last),
        })
    }

    fn row<'a>(&self, log: &'a Log, revision: u64) -> Option<Row<'a>> {
        let place = usize::try_from(revision.checked_sub(self.first)?).ok()?;
        log.row(*self.places.get(place)?)
    }
}
