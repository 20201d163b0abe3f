//! Connections that read, each used by one caller at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Error};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

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
}

impl Readers {
    pub(super) fn new(settings: Settings, count: usize) -> Self {
        let slots = Arc::new(Semaphore::new(count.clamp(1, Semaphore::MAX_PERMITS)));
        Self {
            settings,
            idle: Mutex::new(Vec::new()),
            slots,
        }
    }

    /// Runs a read on a connection of its own: here if it may be little and is, which costs less than to wake a
    /// thread for it; otherwise, or if it had to wait, on a thread that may block. There it ends, and returns the
    /// connection, even if the caller stops waiting.
    pub(super) async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        at_most: AtMost,
        read: impl Fn(&Reader, AtMost) -> rusqlite::Result<Option<T>> + Send + 'static,
    ) -> Result<T, StoreError> {
        let slot = Arc::clone(&self.slots)
            .acquire_owned()
            .await
            .map_err(|error| closed(error.into()))?;
        let mut lease = Lease {
            reader: self.idle().pop(),
            readers: Arc::clone(self),
            _slot: slot,
        };
        if at_most == AtMost::Little
            && let Some(reader) = &lease.reader
            && let Ok(Some(outcome)) = read(reader, AtMost::Little)
        {
            return Ok(outcome);
        }
        let done = tokio::task::spawn_blocking(move || lease.read(read)).await;
        Ok(done.map_err(|error| closed(error.into()))??)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Reader>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn closed(error: crate::BoxError) -> Unavailable {
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
