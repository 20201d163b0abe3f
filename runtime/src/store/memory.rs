//! The store for tests and for what may be forgotten: everything in this process.

mod head;
mod log;
mod streams;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{
    Append, Appended, BoxFuture, Deletes, Direction, Durability, Page, PageBuilder, Read, Scope,
    Snapshots, Store, StoredSnapshot, Survives,
};
use crate::clock::{Clock, SystemClock, to_micros};
use crate::error::StoreError;
use crate::place::{Expected, Position};
use crate::stream::StreamName;
use head::Head;
use log::{fill, merged};
use streams::Streams;

/// Keeps events in this process, by the same contract as every other store.
///
/// ```
/// use factum::{Memory, Store, Survives};
///
/// let store = Memory::new();
/// assert_eq!(store.durability().survives, Survives::Nothing);
/// ```
///
/// Clones share what is stored.
#[derive(Clone)]
pub struct Memory {
    data: Arc<Data>,
    // Not beside a lock, for the same reason as the log.
    clock: Arc<dyn Clock>,
}

#[derive(Default)]
struct Data {
    streams: Streams,
    head: Head,
}

impl Memory {
    /// An empty store.
    pub fn new() -> Self {
        Self::with_clock(SystemClock)
    }

    /// An empty store that takes the time of recording from this clock.
    pub fn with_clock(clock: impl Clock) -> Self {
        Self {
            data: Arc::default(),
            clock: Arc::new(clock),
        }
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory")
            .field("head", &self.data.head.last())
            .finish_non_exhaustive()
    }
}

impl Memory {
    fn store(&self, append: &Append) -> Result<Appended, StoreError> {
        let now = to_micros(self.clock.now());
        let mut part = self.data.streams.writing(append.stream());
        let (stream, log) = part.of(append)?;
        if stream.knows(append)
            && let Some(appended) = stream.repeated(log, append)?
        {
            return Ok(appended);
        }
        let first = stream.first_of(append)?;
        let given = self.data.head.give(append.events().len());
        stream.extend(log, append, &given, now);
        drop(part);
        self.data.head.tell(&given);
        let positions = (given.first.get()..).map(Position::new);
        Ok(Appended {
            first,
            positions: positions.take(append.events().len()).collect(),
            recorded_at: now,
            repeated: false,
        })
    }

    fn page(&self, read: Read) -> Result<Page, StoreError> {
        read.start()?;
        Ok(match &read.scope {
            Scope::Stream { name, after } => {
                let (part, after) = (self.data.streams.reading(name), *after);
                let live = part.live(name);
                part.read(read, live, after)
            }
            Scope::All { after } => {
                let after = *after;
                self.page_of_all(read, after)
            }
        })
    }

    /// While it is made, nobody writes: every position up to the head has its event, and no batch is half deleted.
    fn page_of_all(&self, read: Read, after: Option<Position>) -> Page {
        let direction = read.direction;
        let parts = self.data.streams.all_reading();
        let rows = parts.iter().map(|part| part.log.rows(direction, after));
        let rows = merged(rows, direction);
        let (head, after) = (self.data.head.last(), after.map(Position::get));
        let last = head.map_or(0, Position::get);
        let (most, edge) = match direction {
            Direction::Forward => (last.saturating_sub(after.unwrap_or(0)), last),
            Direction::Backward => (after.map_or(last, |after| last.min(after)), 1),
        };
        fill(PageBuilder::new(read), rows, most, head.map(|_| edge))
    }
}

impl Store for Memory {
    fn append(&self, append: Append) -> BoxFuture<'_, Result<Appended, StoreError>> {
        Box::pin(async move { self.store(&append) })
    }

    fn read(&self, read: Read) -> BoxFuture<'_, Result<Page, StoreError>> {
        Box::pin(async move { self.page(read) })
    }

    fn head(&self) -> BoxFuture<'_, Result<Option<Position>, StoreError>> {
        Box::pin(async move { Ok(self.data.head.last()) })
    }

    fn wait(
        &self,
        after: Option<Position>,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            // Time up is an answer too.
            let _ = tokio::time::timeout(timeout, self.data.head.pass(after)).await;
            Ok(())
        })
    }

    fn durability(&self) -> Durability {
        Durability {
            survives: Survives::Nothing,
            settings: "memory".to_owned(),
        }
    }

    fn snapshots(&self) -> Option<&dyn Snapshots> {
        Some(self)
    }

    fn deletes(&self) -> Option<&dyn Deletes> {
        Some(self)
    }
}

impl Snapshots for Memory {
    fn load(
        &self,
        stream: StreamName,
    ) -> BoxFuture<'_, Result<Option<StoredSnapshot>, StoreError>> {
        Box::pin(async move { Ok(self.data.streams.reading(&stream).snapshot(&stream)) })
    }

    fn save(&self, snapshot: StoredSnapshot) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let mut part = self.data.streams.writing(&snapshot.stream);
            part.keep_snapshot(snapshot)
        })
    }
}

impl Deletes for Memory {
    fn delete(
        &self,
        stream: StreamName,
        expected: Expected,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(async move {
            let mut part = self.data.streams.writing(&stream);
            part.delete(&stream, expected)
        })
    }
}
