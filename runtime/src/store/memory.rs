//! The store for tests and for what may be forgotten: everything in this process.

mod log;
mod streams;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use super::{
    Append, Appended, BoxFuture, Deletes, Durability, Page, Read, Scope, Snapshots, Store,
    StoredSnapshot, Survives,
};
use crate::clock::{Clock, SystemClock, to_micros};
use crate::error::StoreError;
use crate::place::{Expected, Position};
use crate::stream::StreamName;
use log::{Entry, Log};
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
    log: RwLock<Log>,
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
            .field("head", &self.reading().head())
            .finish_non_exhaustive()
    }
}

impl Memory {
    fn reading(&self) -> RwLockReadGuard<'_, Log> {
        self.data.log.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn writing(&self) -> RwLockWriteGuard<'_, Log> {
        let log = self.data.log.write();
        log.unwrap_or_else(PoisonError::into_inner)
    }

    fn store(&self, append: &Append) -> Result<Appended, StoreError> {
        let now = to_micros(self.clock.now());
        let entries = Entry::all(append, now);
        let mut part = self.data.streams.writing(append.stream());
        let stream = part.of(append)?;
        if stream.knows(append)
            && let Some(appended) = stream.repeated(&self.reading(), append)?
        {
            return Ok(appended);
        }
        let first = stream.first_of(append)?;
        let mut log = self.writing();
        let position = log.push(entries, first);
        let waiting = log.waiting.take();
        drop(log);
        let positions = stream.extend(append, position);
        drop(part);
        if let Some(waiting) = waiting {
            waiting.notify_waiters();
        }
        Ok(Appended {
            first,
            positions,
            recorded_at: now,
            repeated: false,
        })
    }

    fn page(&self, read: &Read) -> Result<Page, StoreError> {
        read.start()?;
        Ok(match &read.scope {
            Scope::Stream { name, after } => {
                let part = self.data.streams.reading(name);
                part.read(&self.reading(), read, name, *after)
            }
            Scope::All { after } => self.reading().read(read, *after),
        })
    }

    fn delete_all(&self, stream: &StreamName, expected: Expected) -> Result<u64, StoreError> {
        let mut part = self.data.streams.writing(stream);
        let positions = part.delete(stream, expected)?;
        self.writing().delete(&positions);
        Ok(positions.len() as u64)
    }

    async fn news(&self, after: Option<Position>) {
        loop {
            let news = {
                let mut log = self.writing();
                if log.head() > after {
                    return;
                }
                // Asked for while nothing can come in between.
                Arc::clone(log.waiting.get_or_insert_default()).notified_owned()
            };
            news.await;
        }
    }
}

impl Store for Memory {
    fn append(&self, append: Append) -> BoxFuture<'_, Result<Appended, StoreError>> {
        Box::pin(async move { self.store(&append) })
    }

    fn read(&self, read: Read) -> BoxFuture<'_, Result<Page, StoreError>> {
        Box::pin(async move { self.page(&read) })
    }

    fn head(&self) -> BoxFuture<'_, Result<Option<Position>, StoreError>> {
        Box::pin(async move { Ok(self.reading().head()) })
    }

    fn wait(
        &self,
        after: Option<Position>,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            // Time up is an answer too.
            let _ = tokio::time::timeout(timeout, self.news(after)).await;
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
        Box::pin(async move { self.delete_all(&stream, expected) })
    }
}
