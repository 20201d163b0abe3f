//! Connections that read, each used by one caller at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Error};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;

use super::connection::{Settings, patiently};
use super::errors::unavailable;
use super::names::Names;
use super::page::AtMost;
use crate::error::{StoreError, Unavailable, UnavailableCause};

/// A connection, and the names of the streams that it has met.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) connection: Connection,
    pub(super) names: Names,
}

impl Reader {
    pub(super) fn new(connection: Connection) -> Self {
        let names = Names::new();
        Self { connection, names }
    }
}

/// The readers, whose connections are opened when they are first needed.
#[derive(Debug)]
pub(super) struct Readers {
    settings: Settings,
    idle: Mutex<Vec<Reader>>,
    slots: Arc<Semaphore>,
    count: usize,
}

impl Readers {
    pub(super) fn new(settings: Settings, count: usize) -> Self {
        let count = count.clamp(1, Semaphore::MAX_PERMITS.min(1 << 16));
        Self {
            settings,
            idle: Mutex::new(Vec::new()),
            slots: Arc::new(Semaphore::new(count)),
            count,
        }
    }

    /// Runs a read on a connection of its own: here if it is short, which costs less than to wake a thread for it
    /// and to move what it reads from one core to the other; otherwise, or if it had to wait, on a thread that may
    /// block. There it ends, and returns the connection, even if the caller stops waiting.
    pub(super) async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl Fn(&Reader, AtMost) -> rusqlite::Result<Option<T>> + Send + 'static,
    ) -> Result<T, StoreError> {
        let Ok(slot) = Arc::clone(&self.slots).try_acquire_owned() else {
            return self.run_later(read).await;
        };
        let lease = self.lease(slot);
        if let Some(reader) = &lease.reader
            && let Ok(Some(outcome)) = read(reader, AtMost::Short)
        {
            return Ok(outcome);
        }
        lease.read_elsewhere(read).await
    }

    /// Waits for a slot in a task of its own. A caller that is not polled any more would keep the slot that it is
    /// given, and whoever he waits for himself might be behind him.
    async fn run_later<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl Fn(&Reader, AtMost) -> rusqlite::Result<Option<T>> + Send + 'static,
    ) -> Result<T, StoreError> {
        let readers = Arc::clone(self);
        let mut waiting = JoinSet::new();
        waiting.spawn(async move {
            let slot = Arc::clone(&readers.slots).acquire_owned().await;
            let slot = slot.map_err(|error| given_up(error.into()))?;
            readers.lease(slot).read_elsewhere(read).await
        });
        match waiting.join_next().await {
            Some(Ok(outcome)) => outcome,
            Some(Err(error)) => Err(given_up(error.into()).into()),
            None => Err(given_up("nobody reads".into()).into()),
        }
    }

    /// Waits until nobody reads, also those whom nobody waits for any more; nobody reads after that.
    pub(super) async fn finish(&self) {
        let all = u32::try_from(self.count).unwrap_or(u32::MAX);
        if let Ok(slots) = self.slots.acquire_many(all).await {
            slots.forget();
        }
    }

    fn lease(self: &Arc<Self>, slot: OwnedSemaphorePermit) -> Lease {
        Lease {
            reader: self.idle().pop(),
            readers: Arc::clone(self),
            _slot: slot,
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Reader>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn given_up(error: crate::BoxError) -> Unavailable {
    Unavailable::new(
        UnavailableCause::Closed,
        "the read was given up; the runtime is shutting down",
    )
    .because(error)
}

/// A reader on loan; it goes back without a transaction, or not at all.
struct Lease {
    reader: Option<Reader>,
    readers: Arc<Readers>,
    _slot: OwnedSemaphorePermit,
}

impl Lease {
    async fn read_elsewhere<T: Send + 'static>(
        mut self,
        read: impl Fn(&Reader, AtMost) -> rusqlite::Result<Option<T>> + Send + 'static,
    ) -> Result<T, StoreError> {
        let done = tokio::task::spawn_blocking(move || self.read(read)).await;
        Ok(done.map_err(|error| given_up(error.into()))??)
    }

    /// Reads, and waits for locks as long as the store does; only who opens or closes a file takes those that
    /// a reader needs.
    fn read<T>(
        &mut self,
        read: impl Fn(&Reader, AtMost) -> rusqlite::Result<Option<T>>,
    ) -> Result<T, Unavailable> {
        let settings = &self.readers.settings;
        let reader = match &mut self.reader {
            Some(reader) => reader,
            none => none.insert(Reader::new(settings.open_reader()?)),
        };
        let outcome = patiently(settings.busy_timeout, || read(reader, AtMost::Page));
        let outcome = outcome.and_then(|read| read.ok_or(Error::QueryReturnedNoRows));
        outcome.map_err(|error| unavailable(&settings.path, error))
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(reader) = self.reader.take() else {
            return;
        };
        let connection = &reader.connection;
        if connection.is_autocommit() || connection.execute_batch("ROLLBACK").is_ok() {
            self.readers.idle().push(reader);
        }
    }
}
