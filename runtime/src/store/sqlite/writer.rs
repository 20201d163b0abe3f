//! The one writer: a thread that stores in one transaction what has gathered while it was at the last.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rusqlite::Connection;
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{mpsc, oneshot, watch};

use super::advance;
use super::connection::{Settings, patiently};
use super::errors::{Failed, unavailable};
use crate::clock::{Clock, to_micros};
use crate::error::{StoreError, Unavailable, UnavailableCause, UnknownOutcome};
use crate::place::Position;

/// The most requests that wait; those who come later wait for room.
const QUEUE: usize = 1024;

/// The most requests of one transaction, and the bytes after which it takes no more.
const GROUP: usize = 512;
const GROUP_BYTES: usize = 16 << 20;

/// How long the thread looks for the next request before it sleeps: to be woken takes about as long, and whoever
/// appends one event after the other comes back within it.
const LINGER: Duration = Duration::from_micros(30);

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
    desk: Weak<Desk>,
}

impl Writer {
    pub(super) fn start(
        mut connection: Connection,
        settings: Settings,
        clock: Arc<dyn Clock>,
        head: watch::Sender<Option<Position>>,
    ) -> Result<(Self, Ended), Unavailable> {
        let (queue, requests) = mpsc::channel(QUEUE);
        let (ending, ended) = std::sync::mpsc::channel();
        // From here on the thread waits for locks itself: others, who may not be kept waiting, read here too.
        connection
            .busy_handler(None::<fn(i32) -> bool>)
            .map_err(|error| unavailable(&settings.path, error))?;
        let desk = Arc::new(Desk {
            busy: AtomicBool::new(false),
            clerk: Mutex::new(Clerk {
                connection,
                settings,
                clock,
                head,
            }),
        });
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
        let writer = Self { queue, desk: weak };
        Ok((writer, Ended(Mutex::new(ended))))
    }

    /// Reads on the writer's connection if nothing is being written. Its pages are still those of the last commit,
    /// where a reader's connection has to fetch them again after each.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Connection) -> Option<T>) -> Option<T> {
        let desk = self.desk.upgrade()?;
        if desk.busy.load(Ordering::Relaxed) {
            return None;
        }
        let clerk = desk.clerk.try_lock().ok()?;
        // A transaction that could not be rolled back is nobody's to see.
        clerk
            .connection
            .is_autocommit()
            .then(|| read(&clerk.connection))?
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

/// What the writer's thread works at, and others read at while it is idle.
#[derive(Debug)]
struct Desk {
    /// Whether the thread has work, so that readers do not come before it one after the other.
    busy: AtomicBool,
    clerk: Mutex<Clerk>,
}

impl Desk {
    fn clerk(&self) -> MutexGuard<'_, Clerk> {
        self.clerk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, group: &mut [Box<dyn Queued>]) {
        self.busy.store(true, Ordering::Relaxed);
        self.clerk().serve(group);
        self.busy.store(false, Ordering::Relaxed);
    }
}

fn run(desk: Arc<Desk>, mut requests: mpsc::Receiver<Box<dyn Queued>>) -> rusqlite::Result<()> {
    let linger = match std::thread::available_parallelism() {
        Ok(cores) if cores.get() > 1 => LINGER,
        _ => Duration::ZERO,
    };
    let mut group = Vec::new();
    while let Some(first) = next(&mut requests, linger) {
        gather(&mut group, first, &mut requests);
        desk.serve(&mut group);
        for request in group.drain(..) {
            request.answer();
        }
    }
    // Closing does this too, but says nothing if it fails.
    let written_back = desk
        .clerk()
        .connection
        .query_row("PRAGMA wal_checkpoint", [], |_| Ok(()));
    drop(desk);
    written_back
}

/// The next request, once there is one; `None` when nobody is left to send any.
fn next<T>(requests: &mut mpsc::Receiver<T>, linger: Duration) -> Option<T> {
    let started = Instant::now();
    while started.elapsed() < linger {
        match requests.try_recv() {
            Ok(request) => return Some(request),
            Err(TryRecvError::Disconnected) => return None,
            // Gives way to whoever else wants the core.
            Err(TryRecvError::Empty) => std::thread::yield_now(),
        }
    }
    requests.blocking_recv()
}

#[derive(Debug)]
struct Clerk {
    connection: Connection,
    settings: Settings,
    clock: Arc<dyn Clock>,
    head: watch::Sender<Option<Position>>,
}

impl Clerk {
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
                    let reason = unavailable(&self.settings.path, Arc::clone(&error)).into();
                    request.fail(UnknownOutcome { reason }.into());
                }
            }
        }
    }

    fn fail(&self, group: &mut [Box<dyn Queued>], error: &Arc<rusqlite::Error>) {
        for request in group {
            request.fail(unavailable(&self.settings.path, Arc::clone(error)).into());
        }
    }

    /// Runs the requests in one transaction, which is over afterwards, one way or the other.
    fn attempt(&self, group: &mut [Box<dyn Queued>]) -> Result<(), Broken> {
        let begin = || self.execute("BEGIN IMMEDIATE");
        patiently(self.settings.busy_timeout, begin).map_err(Broken::Begin)?;
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
