//! Connections that read, each used by one caller at a time on a thread that may block.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::connection::Settings;
use super::errors::unavailable;
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

    /// Runs a read on a connection of its own. It ends, and returns the connection, even if the caller
    /// stops waiting.
    pub(super) async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let slot = Arc::clone(&self.slots)
            .acquire_owned()
            .await
            .map_err(|error| closed(error.into()))?;
        let readers = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || readers.read(slot, read)).await;
        Ok(done.map_err(|error| closed(error.into()))??)
    }

    fn read<T>(
        &self,
        slot: OwnedSemaphorePermit,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Unavailable> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let connection = idle.map_or_else(|| self.settings.open_reader(), Ok)?;
        let lease = Lease {
            connection: Some(connection),
            readers: self,
            _slot: slot,
        };
        lease
            .read(read)
            .map_err(|error| unavailable(&self.settings.path, error))
    }
}

fn closed(error: crate::BoxError) -> Unavailable {
    Unavailable::new(
        UnavailableCause::Closed,
        "the read was given up; the runtime is shutting down",
    )
    .because(error)
}

/// A connection on loan; it goes back without a transaction, or not at all. A read of several statements opens
/// one: then all that it looks at is of one moment.
struct Lease<'a> {
    connection: Option<Connection>,
    readers: &'a Readers,
    _slot: OwnedSemaphorePermit,
}

impl Lease<'_> {
    fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        read(
            self.connection
                .as_ref()
                .ok_or(rusqlite::Error::InvalidQuery)?,
        )
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        if connection.is_autocommit() || connection.execute_batch("ROLLBACK").is_ok() {
            self.readers
                .idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(connection);
        }
    }
}
