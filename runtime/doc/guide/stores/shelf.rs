// A store in one process: a map under one lock.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use factum::store::{
    Append, Appended, BoxFuture, Deletes, Direction, Known, NewEvent, Page, PageBuilder, Read,
    Scope, Snapshots, Span, StoredEvent, StoredSnapshot,
};
use factum::{
    Clock, Durability, Expected, Position, Revision, Store, StoreError, StreamName, Survives,
    SystemClock, Timestamp,
};
use tokio::sync::watch;

/// Keeps events in this process.
#[derive(Clone, Default)]
pub struct Shelf {
    books: Arc<Mutex<Books>>,
    /// The last position that readers may see, for those who wait.
    head: Arc<watch::Sender<Option<Position>>>,
}

#[derive(Default)]
struct Books {
    /// Every event, by position.
    rows: BTreeMap<u64, Row>,
    head: u64,
    streams: BTreeMap<StreamName, Stream>,
    snapshots: BTreeMap<StreamName, StoredSnapshot>,
}

struct Row {
    stream: StreamName,
    revision: Revision,
    recorded_at: Timestamp,
    event: NewEvent,
}

/// The positions of a stream's events, by revision; `next` stays when they are deleted.
#[derive(Default)]
struct Stream {
    positions: BTreeMap<u64, u64>,
    next: u64,
}

impl Shelf {
    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for Shelf {
    fn append(&self, append: Append) -> BoxFuture<'_, Result<Appended, StoreError>> {
        Box::pin(async move {
            let appended = self.books().append(&append)?;
            let last = appended.positions.last().copied();
            self.head.send_modify(|head| *head = last.max(*head));
            Ok(appended)
        })
    }

    fn read(&self, read: Read) -> BoxFuture<'_, Result<Page, StoreError>> {
        Box::pin(async move { self.books().page(&read) })
    }

    fn head(&self) -> BoxFuture<'_, Result<Option<Position>, StoreError>> {
        Box::pin(async { Ok(self.books().head().map(Position::new)) })
    }

    fn wait(
        &self,
        after: Option<Position>,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let mut head = self.head.subscribe();
            // News, or the time is up: both are an answer.
            let _ = tokio::time::timeout(timeout, head.wait_for(|head| *head > after)).await;
            Ok(())
        })
    }

    fn durability(&self) -> Durability {
        Durability {
            survives: Survives::Nothing,
            settings: "a map".to_owned(),
        }
    }

    fn snapshots(&self) -> Option<&dyn Snapshots> {
        Some(self)
    }

    fn deletes(&self) -> Option<&dyn Deletes> {
        Some(self)
    }
}

impl Books {
    fn append(&mut self, append: &Append) -> Result<Appended, StoreError> {
        let stream = self.streams.entry(append.stream().clone()).or_default();
        // Ids first, whatever is expected: an earlier attempt may have stored the batch.
        let known = |event| stream.known(&self.rows, event);
        let known: Vec<_> = append.events().iter().map(known).collect();
        if let Some(first) = append.repetition(&known)? {
            let places = stream.positions.range(first.get()..).take(known.len());
            let positions: Vec<_> = places.map(|(_, at)| Position::new(*at)).collect();
            return Ok(Appended {
                first,
                recorded_at: self.rows[&positions[0].get()].recorded_at,
                positions,
                repeated: true,
            });
        }
        append.expected().check(append.stream(), stream.last())?;
        // From here on nothing fails: the batch is stored whole.
        let first = Revision::new(stream.next);
        let recorded_at = in_microseconds(SystemClock.now());
        let mut positions = Vec::new();
        for event in append.events().iter().cloned() {
            self.head += 1;
            let row = Row {
                stream: append.stream().clone(),
                revision: Revision::new(stream.next),
                recorded_at,
                event,
            };
            self.rows.insert(self.head, row);
            stream.positions.insert(stream.next, self.head);
            stream.next += 1;
            positions.push(Position::new(self.head));
        }
        Ok(Appended {
            first,
            positions,
            recorded_at,
            repeated: false,
        })
    }

    fn page(&self, read: &Read) -> Result<Page, StoreError> {
        // Refuses a place past what any store gives out.
        let start = read.start()?.map(i64::unsigned_abs);
        let mut page = PageBuilder::new(read.clone());
        // Places in the order that was asked for, and how far the page has looked if it finds no more.
        let (mut places, edge): (Vec<(u64, u64)>, _) = match &read.scope {
            Scope::All { .. } => {
                let edge = match read.direction {
                    Direction::Forward => self.head(),
                    Direction::Backward => self.rows.keys().next().copied(),
                };
                (self.rows.keys().map(|at| (*at, *at)).collect(), edge)
            }
            Scope::Stream { name, .. } => {
                let Some(stream) = self.streams.get(name) else {
                    return Ok(page.end(None));
                };
                page.span(stream.span());
                let is_sought = |at: &&u64| read.find == Some(self.rows[*at].event.id);
                let found = stream.positions.values().find(is_sought);
                page.found(found.map(|at| self.rows[at].revision));
                let edge = stream.span().map(|span| span.edge(read.direction));
                (stream.positions.clone().into_iter().collect(), edge)
            }
        };
        match read.direction {
            Direction::Forward => places.retain(|(place, _)| start.is_none_or(|it| *place > it)),
            Direction::Backward => {
                places.retain(|(place, _)| start.is_none_or(|it| *place < it));
                places.reverse();
            }
        }
        for (_, position) in places {
            let row = &self.rows[&position];
            // The filter comes before the limit.
            if read.filter.lets(row.stream.category(), &row.event.name) {
                page.push(&row.stored(position));
            }
            if page.is_full() {
                break;
            }
        }
        Ok(page.end(edge))
    }

    fn head(&self) -> Option<u64> {
        Some(self.head).filter(|head| *head > 0)
    }
}

impl Stream {
    fn span(&self) -> Option<Span> {
        let first = Revision::new(*self.positions.keys().next()?);
        let last = self.last()?;
        Some(Span { first, last })
    }

    fn last(&self) -> Option<Revision> {
        self.positions
            .keys()
            .next_back()
            .copied()
            .map(Revision::new)
    }

    /// What the stream holds under the id of this event.
    fn known(&self, rows: &BTreeMap<u64, Row>, event: &NewEvent) -> Option<Known> {
        let mut stored = self.positions.values().map(|at| &rows[at]);
        let row = stored.find(|row| row.event.id == event.id)?;
        let NewEvent {
            name,
            version,
            codec,
            payload,
            ..
        } = &row.event;
        let equal = (name, version, codec, payload)
            == (&event.name, &event.version, &event.codec, &event.payload);
        let revision = row.revision;
        Some(Known { revision, equal })
    }
}

impl Row {
    fn stored(&self, position: u64) -> StoredEvent<'_> {
        StoredEvent {
            id: self.event.id,
            stream: self.stream.as_str(),
            revision: self.revision,
            position: Position::new(position),
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

/// What the writer is told is what readers see.
fn in_microseconds(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time)
}

impl Snapshots for Shelf {
    fn load(
        &self,
        stream: StreamName,
    ) -> BoxFuture<'_, Result<Option<StoredSnapshot>, StoreError>> {
        Box::pin(async move { Ok(self.books().snapshots.get(&stream).cloned()) })
    }

    fn save(&self, snapshot: StoredSnapshot) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let mut books = self.books();
            let span = books.streams.get(&snapshot.stream).and_then(Stream::span);
            if snapshot.is_kept(span, books.snapshots.get(&snapshot.stream)) {
                books.snapshots.insert(snapshot.stream.clone(), snapshot);
            }
            Ok(())
        })
    }
}

impl Deletes for Shelf {
    fn delete(
        &self,
        name: StreamName,
        expected: Expected,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(async move {
            let mut books = self.books();
            let stream = books.streams.entry(name.clone()).or_default();
            expected.check(&name, stream.last())?;
            let positions = std::mem::take(&mut stream.positions);
            books.rows.retain(|_, row| row.stream != name);
            books.snapshots.remove(&name);
            Ok(positions.len() as u64)
        })
    }
}
