//! The one writer: a thread that stores in one transaction what has gathered while it was at the last.

use std::cell::Cell;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

use super::advance;
use super::errors::{Failed, unavailable};
use crate::clock::{Clock, to_micros};
use crate::error::{StoreError, Unavailable, UnavailableCause, UnknownOutcome};
use crate::place::Position;

/// The most requests that wait; those who come later wait for room.
const QUEUE: usize = 1024;

/// The most requests of one transaction, and the bytes after which it takes no more.
const GROUP: usize = 512;
const GROUP_BYTES: usize = 16 << 20;

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
    /// The time of all that it records.
    pub(super) now: Timestamp,
    last: Cell<Option<Position>>,
}

impl Transaction<'_> {
    /// Notes the last position that was given out.
    pub(super) fn stored(&self, position: Option<Position>) {
        self.last.set(position.max(self.last.get()));
    }

    /// Runs several statements that leave nothing behind if one of them fails.
    pub(super) fn savepoint<T>(
        &self,
        run: impl FnOnce() -> Result<T, Failed>,
    ) -> Result<T, Failed> {
        let execute = |sql| self.connection.prepare_cached(sql)?.execute([]);
        execute("SAVEPOINT factum")?;
        let before = self.last.get();
        let outcome = run();
        if outcome.is_err() {
            self.last.set(before);
            if self.connection.is_autocommit() {
                // The failure was such that SQLite has rolled everything back.
                return outcome;
            }
            execute("ROLLBACK TO factum")?;
        }
        execute("RELEASE factum")?;
        outcome
    }
}

/// Where requests are left; the thread ends when the last of these is gone and the queue is empty.
#[derive(Debug)]
pub(super) struct Writer {
    queue: mpsc::Sender<Box<dyn Queued>>,
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        path: PathBuf,
        clock: Arc<dyn Clock>,
        head: watch::Sender<Option<Position>>,
    ) -> Result<(Self, Ended), Unavailable> {
        let (queue, requests) = mpsc::channel(QUEUE);
        let (ending, ended) = std::sync::mpsc::channel();
        let thread = Thread {
            connection,
            path,
            clock,
            head,
        };
        std::thread::Builder::new()
            .name("factum-sqlite".to_owned())
            .spawn(move || {
                if let Err(error) = thread.run(requests) {
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
        Ok((Self { queue }, Ended(Mutex::new(ended))))
    }

    /// Has the work done; whoever stops waiting changes nothing.
    pub(super) async fn ask<W: Work>(&self, work: W) -> Result<W::Output, StoreError> {
        let (answer, answered) = oneshot::channel();
        let request = Request {
            work,
            outcome: None,
            answer,
        };
        if self.queue.send(Box::new(request)).await.is_err() {
            return Err(closed().into());
        }
        // An answer that never comes: the thread is gone, perhaps after the commit.
        answered.await.unwrap_or_else(|_| {
            Err(UnknownOutcome {
                reason: closed().into(),
            }
            .into())
        })
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
trait Queued: Send {
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

/// How far a transaction came before the database failed.
enum Broken {
    /// No lock: what is behind it in the queue will hardly get one either.
    Begin(rusqlite::Error),
    /// One of its requests, and nothing was stored.
    Inside(rusqlite::Error),
    /// It may be stored, and it may not.
    Commit(rusqlite::Error),
}

struct Thread {
    connection: Connection,
    path: PathBuf,
    clock: Arc<dyn Clock>,
    head: watch::Sender<Option<Position>>,
}

impl Thread {
    fn run(self, mut requests: mpsc::Receiver<Box<dyn Queued>>) -> rusqlite::Result<()> {
        let mut group = Vec::new();
        while let Some(first) = requests.blocking_recv() {
            gather(&mut group, first, &mut requests);
            self.serve(&mut group);
            for request in group.drain(..) {
                request.answer();
            }
        }
        // Closing does this too, but says nothing if it fails.
        self.connection
            .query_row("PRAGMA wal_checkpoint", [], |_| Ok(()))
    }

    /// Gives each request an outcome.
    fn serve(&self, group: &mut [Box<dyn Queued>]) {
        match self.attempt(group) {
            Ok(()) => {}
            // One request broke it for all. Each gets a transaction, and with it an outcome, of its own.
            Err(Broken::Inside(_)) if group.len() > 1 => {
                for alone in 0..group.len() {
                    let (request, rest) = group[alone..].split_at_mut(1);
                    match self.attempt(request) {
                        Err(Broken::Begin(error)) => {
                            let error = Arc::new(error);
                            self.fail(request, &error);
                            return self.fail(rest, &error);
                        }
                        outcome => self.settle(request, outcome),
                    }
                }
            }
            outcome => self.settle(group, outcome),
        }
    }

    fn settle(&self, group: &mut [Box<dyn Queued>], outcome: Result<(), Broken>) {
        match outcome {
            Ok(()) => {}
            Err(Broken::Begin(error) | Broken::Inside(error)) => self.fail(group, &Arc::new(error)),
            Err(Broken::Commit(error)) => {
                let error = Arc::new(error);
                for request in group {
                    let reason = unavailable(&self.path, Arc::clone(&error)).into();
                    request.fail(UnknownOutcome { reason }.into());
                }
            }
        }
    }

    fn fail(&self, group: &mut [Box<dyn Queued>], error: &Arc<rusqlite::Error>) {
        for request in group {
            request.fail(unavailable(&self.path, Arc::clone(error)).into());
        }
    }

    /// Runs the requests in one transaction, which is over afterwards, one way or the other.
    fn attempt(&self, group: &mut [Box<dyn Queued>]) -> Result<(), Broken> {
        self.execute("BEGIN IMMEDIATE").map_err(Broken::Begin)?;
        let transaction = Transaction {
            connection: &self.connection,
            now: to_micros(self.clock.now()),
            last: Cell::new(None),
        };
        let outcome = group
            .iter_mut()
            .try_for_each(|request| request.run(&transaction))
            .map_err(Broken::Inside)
            .and_then(|()| self.execute("COMMIT").map_err(Broken::Commit));
        if outcome.is_err() && !self.connection.is_autocommit() {
            // If this fails too, the next BEGIN says so.
            let _ = self.execute("ROLLBACK");
        }
        outcome?;
        if let Some(position) = transaction.last.get() {
            advance(&self.head, Some(position));
        }
        Ok(())
    }

    fn execute(&self, sql: &str) -> rusqlite::Result<usize> {
        self.connection.prepare_cached(sql)?.execute([])
    }
}

/// Takes what is there, and waits for nothing: a lone writer is served at once, and while it is served the
/// others gather.
fn gather(
    group: &mut Vec<Box<dyn Queued>>,
    first: Box<dyn Queued>,
    requests: &mut mpsc::Receiver<Box<dyn Queued>>,
) {
    let mut bytes = first.bytes();
    group.push(first);
    while group.len() < GROUP && bytes < GROUP_BYTES {
        let Ok(request) = requests.try_recv() else {
            return;
        };
        bytes += request.bytes();
        group.push(request);
    }
}
