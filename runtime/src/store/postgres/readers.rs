//! Who reads over which connection: alone, or with others.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use deadpool_postgres::{PoolError, TimeoutType};
use tokio::sync::{Mutex, mpsc, oneshot};

use super::errors::{Failed, no_connection};
use super::fit::Fit;
use super::loads::{self, Load, Loaded};
use super::names::Names;
use super::page;
use super::pool::{Connection, Connections};
use crate::error::{StoreError, Unavailable, UnavailableCause};
use crate::store::{Page, Read, queue};

/// How many groups of loads are on their way at once: a large one holds up no other then.
const GROUPS: usize = 3;

/// Whoever reads alone does so over a connection of its own; streams that many load at once are loaded together.
#[derive(Debug)]
pub(super) struct Readers {
    connections: Connections,
    names: Names,
    fit: Arc<Fit>,
    loads: mpsc::Sender<Load>,
    reading: AtomicUsize,
}

/// One that reads.
struct Reading<'a>(&'a AtomicUsize);

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Readers {
    pub(super) fn start(connections: Connections) -> Self {
        let (loads, queue) = mpsc::channel(queue::QUEUE);
        let queue = Arc::new(Mutex::new(queue));
        // Whoever needs a connection has one still, and the task that appends.
        let most = connections.pool.status().max_size.saturating_sub(2);
        let fit = Arc::new(Fit::new());
        for _ in 0..most.clamp(1, GROUPS) {
            let (queue, fit) = (Arc::clone(&queue), Arc::clone(&fit));
            tokio::spawn(loads::serve(queue, connections.clone(), fit));
        }
        Self {
            connections,
            names: Names::new(),
            fit,
            loads,
            reading: AtomicUsize::new(0),
        }
    }

    pub(super) async fn read(&self, read: Read) -> Result<Page, StoreError> {
        let after = read.start()?;
        let is_alone = self.reading.fetch_add(1, Ordering::Relaxed) == 0;
        let _reading = Reading(&self.reading);
        let read = Arc::new(read);
        if !is_alone && let Some((load, loaded)) = Load::of(&read, after) {
            match self.together(load, loaded).await?? {
                // What somebody else used before may have ended since.
                Err(Failed::Lost(_)) => {}
                page => return Ok(page.map_err(|failed| failed.unavailable())?),
            }
        }
        Box::pin(self.alone(&read, after)).await
    }

    /// As long as a wait for a connection may take, and then for the answer: others in the queue have no more.
    async fn together(
        &self,
        load: Load,
        loaded: oneshot::Receiver<Loaded>,
    ) -> Result<Loaded, Unavailable> {
        let timeout = self.connections.timeout;
        let loaded = tokio::time::timeout(timeout.saturating_mul(2), async {
            self.loads.send(load).await.map_err(|_| closed())?;
            loaded.await.map_err(|_| closed())
        });
        let late = |_| no_connection(PoolError::Timeout(TimeoutType::Wait), timeout);
        loaded.await.map_err(late)?
    }

    async fn alone(&self, read: &Read, after: Option<i64>) -> Result<Page, StoreError> {
        let ask = |connection: Connection| async move {
            let page = pin!(page::read(&connection, &self.names, &self.fit, read, after));
            connection.in_time(page).await
        };
        Ok(self.connections.ask(ask).await?)
    }
}

fn closed() -> Unavailable {
    Unavailable::new(
        UnavailableCause::Closed,
        "the tasks that read have ended with their runtime; open the store again",
    )
}
