//! The writer's thread: it stores in one transaction what has gathered while it was at the last.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::mpsc;

use super::connection::{Settings, patiently};
use super::errors::unavailable;
use super::names::Keys;
use super::reader::Reader;
use super::writer::{Queued, Transaction};
use crate::clock::{Clock, to_micros};
use crate::error::{Unavailable, UnknownOutcome};
use crate::store::queue;
use crate::store::wake::Wake;

/// The bytes after which a transaction takes no more.
const GROUP_BYTES: usize = 16 << 20;

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
pub(super) struct Desk {
    /// Whether the thread has work, so that readers do not come before it one after the other.
    busy: AtomicBool,
    clerk: Mutex<Clerk>,
}

impl Desk {
    pub(super) fn new(
        mut connection: Connection,
        settings: Settings,
        clock: Arc<dyn Clock>,
        wake: Arc<Wake>,
    ) -> Result<Self, Unavailable> {
        // Who reads here may not be kept waiting.
        settings.wait_no_more(&mut connection)?;
        Ok(Self {
            busy: AtomicBool::new(false),
            clerk: Mutex::new(Clerk {
                reader: Reader::new(connection),
                keys: Keys::new(),
                settings,
                clock,
                wake,
            }),
        })
    }

    /// Reads where nothing is being written. The pages in memory are still those of the last commit, where a reader's
    /// connection has to fetch them again after each.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Reader) -> T) -> Option<T> {
        if self.busy.load(Ordering::Relaxed) {
            return None;
        }
        let reader = &self.clerk.try_lock().ok()?.reader;
        // A transaction that could not be rolled back is nobody's to see.
        reader.connection.is_autocommit().then(|| read(reader))
    }

    /// Does here what is asked for, if nobody writes, no other process either; otherwise gives it back.
    pub(super) fn serve_at_once(&self, request: Box<dyn Queued>) -> Option<Box<dyn Queued>> {
        if self.busy.load(Ordering::Relaxed) {
            return Some(request);
        }
        let Ok(clerk) = self.clerk.try_lock() else {
            return Some(request);
        };
        let mut alone = [request];
        let outcome = clerk.attempt(&mut alone, Duration::ZERO);
        let begun = !matches!(outcome, Err(Broken::Begin(_)));
        if begun {
            clerk.settle(&mut alone, outcome);
        }
        drop(clerk);
        let [request] = alone;
        if !begun {
            return Some(request);
        }
        request.answer();
        None
    }

    fn clerk(&self) -> MutexGuard<'_, Clerk> {
        self.clerk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, group: &mut [Box<dyn Queued>]) {
        self.busy.store(true, Ordering::Relaxed);
        self.clerk().serve(group);
        self.busy.store(false, Ordering::Relaxed);
    }
}

/// Serves until nobody is left to ask for anything, and closes the file.
pub(super) fn run(
    desk: Arc<Desk>,
    mut requests: mpsc::Receiver<Box<dyn Queued>>,
) -> rusqlite::Result<()> {
    let mut group = Vec::new();
    while let Some(first) = requests.blocking_recv() {
        let mut bytes = 0;
        queue::gather(&mut group, first, &mut requests, |request| {
            bytes += request.bytes();
            bytes < GROUP_BYTES
        });
        desk.serve(&mut group);
        for request in group.drain(..) {
            request.answer();
        }
    }
    // Closing does this too, but says nothing if it fails.
    let written_back =
        desk.clerk()
            .reader
            .connection
            .query_row("PRAGMA wal_checkpoint", [], |_| Ok(()));
    drop(desk);
    written_back
}

#[derive(Debug)]
struct Clerk {
    reader: Reader,
    keys: Keys,
    settings: Settings,
    clock: Arc<dyn Clock>,
    wake: Arc<Wake>,
}

impl Clerk {
    /// Gives each request an outcome.
    fn serve(&self, group: &mut [Box<dyn Queued>]) {
        let patience = self.settings.busy_timeout;
        match self.attempt(group, patience) {
            Ok(()) => {}
            // One request broke it for all. Each gets a transaction, and with it an outcome, of its own.
            Err(Broken::Inside(_)) if group.len() > 1 => {
                for alone in 0..group.len() {
                    let (request, rest) = group[alone..].split_at_mut(1);
                    match self.attempt(request, patience) {
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
    fn attempt(&self, group: &mut [Box<dyn Queued>], patience: Duration) -> Result<(), Broken> {
        if !self.reader.connection.is_autocommit() {
            // What a panic, or a rollback that failed, has left open.
            self.execute("ROLLBACK").map_err(Broken::Begin)?;
        }
        let begin = || self.execute("BEGIN IMMEDIATE");
        patiently(patience, begin).map_err(Broken::Begin)?;
        let now = to_micros(self.clock.now());
        let transaction = Transaction::new(&self.reader.connection, &self.keys, now);
        let outcome = group
            .iter_mut()
            .try_for_each(|request| request.run(&transaction))
            .map_err(Broken::Inside)
            .and_then(|()| self.execute("COMMIT").map_err(Broken::Commit));
        if outcome.is_err() && !self.reader.connection.is_autocommit() {
            // If this fails too, the next attempt begins with it.
            let _ = self.execute("ROLLBACK");
        }
        outcome?;
        if let Some(position) = transaction.last.get() {
            self.wake.advance(Some(position));
        }
        Ok(())
    }

    fn execute(&self, sql: &str) -> rusqlite::Result<usize> {
        self.reader.connection.prepare_cached(sql)?.execute([])
    }
}
