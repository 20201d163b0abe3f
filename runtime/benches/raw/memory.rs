//! Commands by hand on a map of encoded rows behind a mutex.
//!
//! It knows nothing of other writers, cursors, subscribers, or ids that come twice.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use factum::{Clock, EventSet, Ids, SystemClock, Timestamp, UuidV7};
use uuid::Uuid;

use super::command::Cache;
use super::{decode, fold, metadata, payload, stream};
use crate::account::{Account, AccountId};
use crate::ratio::Outcome;

#[expect(dead_code, reason = "it is kept, whether it is read here or not")]
struct Row {
    id: Uuid,
    position: i64,
    name: &'static str,
    version: u16,
    recorded_at: Timestamp,
    payload: Vec<u8>,
    metadata: Vec<u8>,
}

#[derive(Default)]
struct Rows {
    streams: HashMap<String, Vec<Row>>,
    head: i64,
}

pub(crate) struct Memory {
    rows: Mutex<Rows>,
    cache: Cache,
}

impl Memory {
    pub(crate) fn new(cached: bool) -> Self {
        Self {
            rows: Mutex::default(),
            cache: Cache::new(cached),
        }
    }

    pub(crate) fn command(&self, id: AccountId, number: usize) -> Outcome<()> {
        let stream = stream(id);
        let (mut account, expected) = match self.cache.get(id) {
            Some(known) => known,
            None => self.load(&stream)?,
        };
        let event = account.decide(number)?;
        fold(&mut account, &event);
        let (payload, metadata) = (payload(&event)?, metadata()?);
        let id_of_event = UuidV7.fresh();
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        rows.head += 1;
        let row = Row {
            id: id_of_event,
            position: rows.head,
            name: event.info().name,
            version: 1,
            recorded_at: SystemClock.now(),
            payload,
            metadata,
        };
        let stored = rows.streams.entry(stream).or_default();
        if stored.len() != expected.map_or(0, |last| usize::try_from(last + 1).unwrap_or(0)) {
            return Err("another writer was first".into());
        }
        stored.push(row);
        drop(rows);
        self.cache
            .put(id, &(account, Some(expected.map_or(0, |last| last + 1))));
        Ok(())
    }

    pub(crate) fn load(&self, stream: &str) -> Outcome<(Account, Option<i64>)> {
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut account, mut last) = (Account::default(), None);
        for (row, revision) in rows.streams.get(stream).into_iter().flatten().zip(0..) {
            fold(&mut account, &decode(row.name, row.version, &row.payload)?);
            last = Some(revision);
        }
        Ok((account, last))
    }
}
