//! Who reads over which connection: alone, or with others.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{Mutex, mpsc};

use super::errors::Failed;
use super::loads::{self, Load};
use super::names::Names;
use super::page;
use super::pool::{Connection, Connections};
use crate::error::{StoreError, Unavailable, UnavailableCause};
use crate::store::{Page, Read, queue};

/// How many groups of loads are on their way at once: a large one holds up no other then.
const GROUPS: usize = 2;

/// Whoever reads alone does so over a connection of its own; streams that many load at once are loaded together.
#[derive(Debug)]
pub(super) struct Readers {
    connections: Connections,
    names: Names,
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
        for _ in 0..most.clamp(1, GROUPS) {
            tokio::spawn(loads::serve(Arc::clone(&queue), connections.clone()));
        }
        Self {
            connections,
            names: Names::new(),
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
            self.loads.send(load).await.map_err(|_| closed())?;
            match loaded.await.map_err(|_| closed())?? {
                // What somebody else used before may have ended since.
                Err(Failed::Lost(_)) => {}
                page => return Ok(page.map_err(|failed| failed.unavailable())?),
            }
        }
        Box::pin(self.alone(&read, after)).await
    }

    async fn alone(&self, read: &Read, after: Option<i64>) -> Result<Page, StoreError> {
        let ask = |connection: Connection| async move {
            let page = pin!(page::read(&connection, &self.names, read, after));
            connection.in_time(page).await
        };
        self.connections.ask(ask).await
    }
}

fn closed() -> Unavailable {
    Unavailable::new(
        UnavailableCause::Closed,
        "the tasks that read have ended with their runtime; open the store again",
    )
}
