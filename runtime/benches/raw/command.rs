//! Commands by hand: one caller on one connection, and many whose appends a thread gathers.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use factum::sqlite::rusqlite::Connection;
use factum::{Clock, EventSet, Ids, SystemClock, Timestamp, UuidV7};
use serde::Serialize;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::append::Stored;
use super::file::stream;
use super::{Batch, NewRow, Writer, fold, load, open};
use crate::account::{Account, AccountEvent, AccountId};
use crate::ratio::Outcome;

/// What the store's metadata says of a command that says nothing.
#[derive(Serialize)]
struct Metadata {
    correlation_id: Uuid,
    occurred_at: Timestamp,
}

pub(crate) fn metadata() -> Outcome<Vec<u8>> {
    let now = SystemClock.now().as_microsecond();
    Ok(serde_json::to_vec(&Metadata {
        correlation_id: UuidV7.fresh(),
        occurred_at: Timestamp::from_microsecond(now)?,
    })?)
}

/// A state, and the last revision that went in.
pub(crate) type Known = (Account, Option<i64>);

/// States by account, for as long as they are known.
pub(crate) struct Cache(Option<Mutex<HashMap<u64, Known>>>);

impl Cache {
    pub(crate) fn new(cached: bool) -> Self {
        Self(cached.then(Mutex::default))
    }

    pub(crate) fn get(&self, id: AccountId) -> Option<Known> {
        let states = self.0.as_ref()?.lock();
        states
            .unwrap_or_else(PoisonError::into_inner)
            .get(&id.0)
            .cloned()
    }

    pub(crate) fn put(&self, id: AccountId, known: &Known) {
        if let Some(states) = &self.0 {
            let mut states = states.lock().unwrap_or_else(PoisonError::into_inner);
            states.insert(id.0, known.clone());
        }
    }
}

/// The new state, and what to store.
pub(crate) fn decided(
    stream: String,
    (mut account, expected): Known,
    number: usize,
) -> Outcome<(Account, Batch)> {
    let event = account.decide(number)?;
    fold(&mut account, &event);
    let batch = Batch {
        stream,
        expected,
        metadata: metadata()?,
        events: vec![NewRow {
            id: UuidV7.fresh(),
            name: event.info().name,
            payload: payload(&event)?,
        }],
    };
    Ok((account, batch))
}

/// An event as JSON.
pub(crate) fn payload(event: &AccountEvent) -> Outcome<Vec<u8>> {
    Ok(match event {
        AccountEvent::Opened(event) => serde_json::to_vec(event)?,
        AccountEvent::Deposited(event) => serde_json::to_vec(event)?,
        AccountEvent::Withdrawn(event) => serde_json::to_vec(event)?,
    })
}

/// What is known once it is stored.
pub(crate) fn acknowledged(stored: Option<Stored>, account: Account) -> Outcome<Known> {
    let stored = stored.ok_or("another writer was first")?;
    assert!(stored.position > 0);
    Ok((account, Some(stored.revision)))
}

/// One caller, who does everything on one connection and waits for the disk himself.
pub(crate) struct Direct<'c> {
    connection: &'c Connection,
    writer: Writer<'c>,
    cache: Cache,
}

impl<'c> Direct<'c> {
    pub(crate) fn new(connection: &'c Connection, cached: bool) -> Outcome<Self> {
        Ok(Self {
            connection,
            writer: Writer::new(connection)?,
            cache: Cache::new(cached),
        })
    }

    pub(crate) fn command(&mut self, id: AccountId, number: usize) -> Outcome<Known> {
        let stream = stream(id);
        let known = match self.cache.get(id) {
            Some(known) => known,
            None => load(self.connection, &stream)?,
        };
        let (account, batch) = decided(stream, known, number)?;
        let now = SystemClock.now().as_microsecond();
        let stored = self.writer.group(&[batch], now)?.pop().flatten();
        let known = acknowledged(stored, account)?;
        self.cache.put(id, &known);
        Ok(known)
    }
}

/// More than there are callers: none of them waits for its turn to ask.
const QUEUE: usize = 1024;

struct Request {
    batch: Batch,
    answer: oneshot::Sender<Outcome<Option<Stored>>>,
}

/// Many callers: each reads for itself, and a thread stores what has gathered while it waited for the disk.
pub(crate) struct Grouped {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    cache: Cache,
    queue: Option<mpsc::SyncSender<Request>>,
    thread: Option<JoinHandle<Outcome<()>>>,
}

impl Grouped {
    pub(crate) fn start(path: &Path, cached: bool) -> Outcome<Arc<Self>> {
        let connection = super::create(path)?;
        let (queue, requests) = mpsc::sync_channel(QUEUE);
        let thread = std::thread::spawn(move || gather(&connection, &requests));
        Ok(Arc::new(Self {
            path: path.to_owned(),
            idle: Mutex::default(),
            cache: Cache::new(cached),
            queue: Some(queue),
            thread: Some(thread),
        }))
    }

    pub(crate) async fn command(&self, id: AccountId, number: usize) -> Outcome<Known> {
        let stream = stream(id);
        let known = match self.cache.get(id) {
            Some(known) => known,
            None => self.read(&stream)?,
        };
        let (account, batch) = decided(stream, known, number)?;
        let (answer, answered) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or("closed")?;
        queue
            .send(Request { batch, answer })
            .map_err(|_| "the thread has ended")?;
        let known = acknowledged(answered.await??, account)?;
        self.cache.put(id, &known);
        Ok(known)
    }

    fn read(&self, stream: &str) -> Outcome<Known> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let spare = idle().pop();
        let connection = match spare {
            Some(connection) => connection,
            None => open(&self.path)?,
        };
        let known = load(&connection, stream)?;
        idle().push(connection);
        Ok(known)
    }
}

impl Drop for Grouped {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn gather(connection: &Connection, requests: &mpsc::Receiver<Request>) -> Outcome<()> {
    let mut writer = Writer::new(connection)?;
    while let Ok(first) = requests.recv() {
        let (batches, answers): (Vec<_>, Vec<_>) = std::iter::once(first)
            .chain(requests.try_iter().take(511))
            .map(|request| (request.batch, request.answer))
            .unzip();
        match writer.group(&batches, SystemClock.now().as_microsecond()) {
            Ok(stored) => {
                for (answer, stored) in answers.into_iter().zip(stored) {
                    let _ = answer.send(Ok(stored));
                }
            }
            Err(error) => {
                for answer in answers {
                    let _ = answer.send(Err(error.to_string().into()));
                }
            }
        }
    }
    Ok(())
}
