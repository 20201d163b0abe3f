//! The store for tests and for what may be forgotten: everything in this process.

mod log;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use super::{
    Append, Appended, BoxFuture, Deletes, Durability, Page, Read, Snapshots, Store, StoredSnapshot,
    Survives,
};
use crate::clock::{Clock, SystemClock};
use crate::error::StoreError;
use crate::place::{Expected, Position};
use crate::stream::StreamName;
use log::Log;

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
    log: Arc<RwLock<Log>>,
    // Not beside the lock, for the same reason as the log.
    clock: Arc<dyn Clock>,
}

impl Memory {
    /// An empty store.
    pub fn new() -> Self {
        Self::with_clock(SystemClock)
    }

    /// An empty store that takes the time of recording from this clock.
    pub fn with_clock(clock: impl Clock) -> Self {
        Self {
            log: Arc::default(),
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
    // Every change of the log is checked before its first write, so a panic elsewhere leaves it whole.
    fn reading(&self) -> RwLockReadGuard<'_, Log> {
        self.log.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn writing(&self) -> RwLockWriteGuard<'_, Log> {
        self.log.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn store(&self, append: &Append) -> Result<Appended, StoreError> {
        let now = self.clock.now();
        let mut log = self.writing();
        let appended = log.append(append, now)?;
        let waiting = log.waiting.take();
        drop(log);
        if let Some(waiting) = waiting {
            waiting.notify_waiters();
        }
        Ok(appended)
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
        Box::pin(async move { self.reading().read(&read) })
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
        Box::pin(async move { Ok(self.reading().snapshot(&stream)) })
    }

    fn save(&self, snapshot: StoredSnapshot) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.writing().keep_snapshot(snapshot) })
    }
}

impl Deletes for Memory {
    fn delete(
        &self,
        stream: StreamName,
        expected: Expected,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(async move { self.writing().delete(&stream, expected) })
    }
}
