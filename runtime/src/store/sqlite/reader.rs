//! Connections that read, each used by one caller at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Error};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::connection::{Settings, patiently};
use super::errors::unavailable;
use super::page::AtMost;
use crate::error::{StoreError, Unavailable, UnavailableCause};

/// The readers' connections, opened when they are first needed.
#[derive(Debug)]
pub(super) struct Readers {
    settings: Settings,
    idle: Mutex<Vec<Connection>>,
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
        read: impl Fn(&Connection, AtMost) -> rusqlite::Result<Option<T>> + Send + 'static,
    ) -> Result<T, StoreError> {
        let slot = Arc::clone(&self.slots)
            .acquire_owned()
            .await
            .map_err(|error| closed(error.into()))?;
        let mut lease = Lease {
            connection: self.idle().pop(),
            readers: Arc::clone(self),
            _slot: slot,
        };
        if at_most == AtMost::Little
            && let Some(connection) = &lease.connection
            && let Ok(Some(outcome)) = read(connection, AtMost::Little)
        {
            return Ok(outcome);
        }
        let done = tokio::task::spawn_blocking(move || lease.read(read)).await;
        Ok(done.map_err(|error| closed(error.into()))??)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
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

/// A connection on loan; it goes back without a transaction, or not at all.
struct Lease {
    connection: Option<Connection>,
    readers: Arc<Readers>,
    _slot: OwnedSemaphorePermit,
}

impl Lease {
    /// Reads, and waits for locks as long as the store does; only who opens or closes a file takes those that
    /// a reader needs.
    fn read<T>(
        &mut self,
        read: impl Fn(&Connection, AtMost) -> rusqlite::Result<Option<T>>,
    ) -> Result<T, Unavailable> {
        let settings = &self.readers.settings;
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(settings.open_reader()?),
        };
        let outcome = patiently(settings.busy_timeout, || read(connection, AtMost::Page));
        let outcome = outcome.and_then(|read| read.ok_or(Error::QueryReturnedNoRows));
        outcome.map_err(|error| unavailable(&settings.path, error))
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take()
            && (connection.is_autocommit() || connection.execute_batch("ROLLBACK").is_ok())
        {
            self.readers.idle().push(connection);
        }
    }
}
