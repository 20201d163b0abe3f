//! Appends in one transaction, with statements that are prepared once.

use factum::sqlite::rusqlite::{Connection, OptionalExtension, Result, Statement, params};
use uuid::Uuid;

/// Events for the end of one stream.
pub(crate) struct Batch {
    pub(crate) stream: String,
    /// The last revision that the writer knows.
    pub(crate) expected: Option<i64>,
    /// Encoded; the events share it.
    pub(crate) metadata: Vec<u8>,
    pub(crate) events: Vec<NewRow>,
}

pub(crate) struct NewRow {
    pub(crate) id: Uuid,
    pub(crate) name: &'static str,
    pub(crate) payload: Vec<u8>,
}

/// Where the last event of a batch was stored.
#[derive(Clone, Copy)]
pub(crate) struct Stored {
    pub(crate) revision: i64,
    pub(crate) position: i64,
}

pub(crate) struct Writer<'c> {
    begin: Statement<'c>,
    commit: Statement<'c>,
    find: Statement<'c>,
    create: Statement<'c>,
    extend: Statement<'c>,
    insert: Statement<'c>,
    connection: &'c Connection,
}

impl<'c> Writer<'c> {
    pub(crate) fn new(connection: &'c Connection) -> Result<Self> {
        let prepare = |sql| connection.prepare(sql);
        Ok(Self {
            begin: prepare("BEGIN IMMEDIATE")?,
            commit: prepare("COMMIT")?,
            find: prepare("SELECT key, last FROM factum_streams WHERE name = ?1")?,
            create: prepare(
                "INSERT INTO factum_streams (name, category, first, last) VALUES (?1, ?2, 0, ?3)",
            )?,
            extend: prepare("UPDATE factum_streams SET last = ?2 WHERE key = ?1")?,
            insert: prepare(
                "INSERT INTO factum_events (stream, revision, idx, id, name, version, codec, tenant,
                    recorded_at, metadata, payload)
                 VALUES (?1, ?2, 0, ?3, ?4, 1, 'json', NULL, ?5, ?6, ?7)",
            )?,
            connection,
        })
    }

    /// Stores all batches in one transaction; `None` for each that met another writer's event.
    pub(crate) fn group(&mut self, batches: &[Batch], now: i64) -> Result<Vec<Option<Stored>>> {
        self.begin.execute([])?;
        let outcome = batches
            .iter()
            .map(|batch| self.append(batch, now))
            .collect::<Result<_>>()
            .and_then(|stored| self.commit.execute([]).map(|_| stored));
        if outcome.is_err() && !self.connection.is_autocommit() {
            self.connection.execute_batch("ROLLBACK")?;
        }
        outcome
    }

    fn append(&mut self, batch: &Batch, now: i64) -> Result<Option<Stored>> {
        let found: Option<(i64, i64)> = self
            .find
            .query_row([&batch.stream], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        if found.map(|(_, last)| last) != batch.expected {
            return Ok(None);
        }
        let first = batch.expected.map_or(0, |last| last + 1);
        let last = first + i64::try_from(batch.events.len()).unwrap_or(i64::MAX) - 1;
        let key = match found {
            Some((key, _)) => {
                self.extend.execute([key, last])?;
                key
            }
            None => {
                let category = batch.stream.split('-').next();
                self.create.insert(params![batch.stream, category, last])?
            }
        };
        let mut position = 0;
        for (revision, event) in (first..).zip(&batch.events) {
            position = self.insert.insert(params![
                key,
                revision,
                event.id.as_bytes(),
                event.name,
                now,
                batch.metadata,
                event.payload,
            ])?;
        }
        Ok(Some(Stored {
            revision: last,
            position,
        }))
    }
}
