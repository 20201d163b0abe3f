//! What is kept beside events, and how streams are deleted.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::append::{Stream, find};
use super::errors::Failed;
use super::row;
use super::writer::{Transaction, Work};
use crate::place::{Expected, Revision};
use crate::store::StoredSnapshot;
use crate::stream::StreamName;

pub(super) fn load(
    connection: &Connection,
    stream: &StreamName,
) -> rusqlite::Result<Option<StoredSnapshot>> {
    let read = |row: &Row<'_>| {
        Ok(StoredSnapshot {
            first: Revision::new(row::number(row, 0)?),
            revision: Revision::new(row::number(row, 1)?),
            shape: row.get::<_, i64>(2)?.cast_unsigned(),
            codec: row.get(3)?,
            state: row.get(4)?,
            stream: stream.clone(),
        })
    };
    connection
        .prepare_cached(
            "SELECT first, revision, shape, codec, state FROM factum_snapshots WHERE stream = ?1",
        )?
        .query_row([stream.as_str()], read)
        .optional()
}

impl Work for StoredSnapshot {
    type Output = ();

    fn bytes(&self) -> usize {
        self.state.len()
    }

    /// Reads before it writes, which no one comes between: the transaction has the file's one write lock.
    fn run(&self, transaction: &Transaction<'_>) -> Result<(), Failed> {
        let (first, revision) = self.places()?;
        let stream = find(transaction, &self.stream)?;
        let span = stream.map(Stream::span).transpose()?.flatten();
        let kept = load(transaction.connection, &self.stream)?;
        if !self.is_kept(span, kept.as_ref()) {
            return Ok(());
        }
        let changed = transaction
            .connection
            .prepare_cached(
                "INSERT OR REPLACE INTO factum_snapshots
                 (stream, first, revision, shape, codec, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                self.stream.as_str(),
                first,
                revision,
                self.shape.cast_signed(),
                self.codec,
                self.state,
            ])?;
        row::one(changed)?;
        Ok(())
    }
}

/// The request to delete a stream.
pub(super) struct Delete {
    pub(super) stream: StreamName,
    pub(super) expected: Expected,
}

impl Work for Delete {
    type Output = u64;

    fn run(&self, transaction: &Transaction<'_>) -> Result<u64, Failed> {
        let stream = find(transaction, &self.stream)?;
        let actual = stream.map(Stream::actual).transpose()?.flatten();
        self.expected.check(&self.stream, actual)?;
        let prepare = |sql| transaction.connection.prepare_cached(sql);
        prepare("DELETE FROM factum_snapshots WHERE stream = ?1")?
            .execute([self.stream.as_str()])?;
        let Some(stream) = stream else { return Ok(0) };
        let deleted =
            prepare("DELETE FROM factum_events WHERE stream = ?1")?.execute([stream.key])?;
        // The row stays: revisions go on from `last`.
        let changed = prepare("UPDATE factum_streams SET first = last + 1 WHERE key = ?1")?
            .execute([stream.key])?;
        row::one(changed)?;
        Ok(deleted as u64)
    }
}
