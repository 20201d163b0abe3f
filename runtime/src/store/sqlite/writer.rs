//! The one writer, as those who ask it see it.

use std::cell::{Cell, RefCell};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{CachedStatement, Connection, Statement};
use tokio::sync::{mpsc, oneshot};

use super::connection::Settings;
use super::desk::{Desk, run};
use super::errors::Failed;
use super::names::Keys;
use super::reader::Reader;
use crate::clock::Clock;
use crate::error::{StoreError, Unavailable, UnavailableCause};
use crate::place::Position;
use crate::store::queue;
use crate::store::wake::Wake;

/// What one request does inside of a transaction.
pub(super) trait Work: Send + 'static {
    type Output: Send + 'static;

    /// About how much it writes.
    fn bytes(&self) -> usize {
        0
    }

    fn run(&self, transaction: &Transaction<'_>) -> Result<Self::Output, Failed>;
}

/// The open transaction, which requests share without seeing each other.
pub(super) struct Transaction<'a> {
    pub(super) connection: &'a Connection,
    pub(super) keys: &'a Keys,
    /// The time of all that it records.
    pub(super) now: Timestamp,
    pub(super) last: Cell<Option<Position>>,
    /// What `with` has used, and nobody uses now.
    idle: RefCell<Vec<(&'static str, CachedStatement<'a>)>>,
}

impl<'a> Transaction<'a> {
    pub(super) fn new(connection: &'a Connection, keys: &'a Keys, now: Timestamp) -> Self {
        Self {
            connection,
            keys,
            now,
            last: Cell::new(None),
            idle: RefCell::default(),
        }
    }

    /// Uses a statement that most requests use: it is looked up once for all of them.
    pub(super) fn with<T>(
        &self,
        sql: &'static str,
        run: impl FnOnce(&mut Statement<'a>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let place = self.idle.borrow().iter().position(|(idle, _)| *idle == sql);
        let mut statement = match place {
            Some(place) => self.idle.borrow_mut().swap_remove(place).1,
            None => self.connection.prepare_cached(sql)?,
        };
        let outcome = run(&mut statement);
        self.idle.borrow_mut().push((sql, statement));
        outcome
    }

    /// Notes the last position that was given out.
    pub(super) fn stored(&self, position: Option<Position>) {
        self.last.set(position.max(self.last.get()));
    }
}

/// Where requests are left; the thread ends when the last of these is gone and the queue is empty.
#[derive(Debug)]
pub(super) struct Writer {
    queue: mpsc::Sender<Box<dyn Queued>>,
    desk: Weak<Desk>,
    /// Whether who asks does the work himself while the thread has none.
    blocking: bool,
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        settings: Settings,
        clock: Arc<dyn Clock>,
        wake: Arc<Wake>,
        blocking: bool,
    ) -> Result<(Self, Ended), Unavailable> {
        let (queue, requests) = mpsc::channel(queue::QUEUE);
        let (ending, ended) = std::sync::mpsc::sync_channel(1);
        let desk = Arc::new(Desk::new(connection, settings, clock, wake)?);
        let weak = Arc::downgrade(&desk);
        std::thread::Builder::new()
            .name("factum-sqlite".to_owned())
            .spawn(move || {
                if let Err(error) = run(desk, requests) {
                    // Nobody may be waiting.
                    let _ = ending.send(error);
                }
            })
            .map_err(|error| {
                Unavailable::new(
                    UnavailableCause::Other,
                    "no thread could be started for the writer",
                )
                .because(error)
            })?;
        let writer = Self {
            queue,
            desk: weak,
            blocking,
        };
        Ok((writer, Ended(Mutex::new(ended))))
    }

    /// Reads something little on the writer's connection, if nothing is being written.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Reader) -> T) -> Option<T> {
        self.desk.upgrade()?.read(read)
    }

    /// Has the work done; whoever stops waiting changes nothing.
    pub(super) async fn ask<W: Work>(&self, work: W) -> Result<W::Output, StoreError> {
        let (answer, answered) = oneshot::channel();
        let request: Box<dyn Queued> = Box::new(Request {
            work,
            outcome: None,
            answer,
        });
        let desk = self.desk.upgrade().filter(|_| self.blocking);
        let left = match desk {
            Some(desk) => desk.serve_at_once(request),
            None => Some(request),
        };
        if let Some(request) = left
            && self.queue.send(request).await.is_err()
        {
            return Err(closed().into());
        }
        queue::answer(answered, closed).await
    }
}

/// Tells when the thread has closed its connection.
#[derive(Debug)]
pub(super) struct Ended(Mutex<Receiver<rusqlite::Error>>);

impl Ended {
    /// Waits until the thread has ended, and says how; `None` if it has not after so long.
    pub(super) fn wait(&self, at_most: Duration) -> Option<rusqlite::Result<()>> {
        let ended = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match ended.recv_timeout(at_most) {
            Ok(error) => Some(Err(error)),
            Err(RecvTimeoutError::Disconnected) => Some(Ok(())),
            Err(RecvTimeoutError::Timeout) => None,
        }
    }
}

impl Drop for Ended {
    /// A program that ends while the thread writes `-wal` back would leave both files behind.
    fn drop(&mut self) {
        self.wait(Duration::from_secs(5));
    }
}

fn closed() -> Unavailable {
    Unavailable::new(
        UnavailableCause::Closed,
        "the writer's thread has ended; open the store again",
    )
}

/// A request in the queue, whatever it is for.
pub(super) trait Queued: Send {
    fn bytes(&self) -> usize;

    /// Does the work and keeps its outcome, except for an error that ends the transaction.
    fn run(&mut self, transaction: &Transaction<'_>) -> rusqlite::Result<()>;

    /// Replaces the outcome.
    fn fail(&mut self, error: StoreError);

    fn answer(self: Box<Self>);
}

struct Request<W: Work> {
    work: W,
    outcome: Option<Result<W::Output, StoreError>>,
    answer: oneshot::Sender<Result<W::Output, StoreError>>,
}

impl<W: Work> Queued for Request<W> {
    fn bytes(&self) -> usize {
        self.work.bytes()
    }

    fn run(&mut self, transaction: &Transaction<'_>) -> rusqlite::Result<()> {
        // That of an earlier attempt, which was rolled back, must not stand in for this one's.
        self.outcome = None;
        self.outcome = Some(match self.work.run(transaction) {
            Ok(output) => Ok(output),
            Err(Failed::Decided(error)) => Err(error),
            Err(Failed::Database(error)) => return Err(error),
        });
        Ok(())
    }

    fn fail(&mut self, error: StoreError) {
        self.outcome = Some(Err(error));
    }

    fn answer(self: Box<Self>) {
        if let Some(outcome) = self.outcome {
            // Whoever asked may have stopped waiting; what was done stays done.
            let _ = self.answer.send(outcome);
        }
    }
}
