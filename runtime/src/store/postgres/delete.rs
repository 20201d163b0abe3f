//! How a stream is deleted.

use tokio_postgres::Row;

use super::errors::Failed;
use super::value::unsigned;
use crate::error::{Conflict, StoreError};
use crate::place::{Expected, Revision};
use crate::stream::StreamName;

/// The stream, and what it has to be.
pub(super) struct Delete {
    pub(super) stream: StreamName,
    pub(super) expected: Expected,
}

impl Delete {
    /// How many events there were, or why nothing was deleted.
    pub(super) fn outcome(self, rows: &[Row]) -> Result<u64, StoreError> {
        match said(rows).map_err(|failed| failed.of_write())? {
            (true, deleted) => Ok(deleted.unwrap_or(0)),
            (false, actual) => Err(Conflict {
                stream: self.stream,
                expected: self.expected,
                actual: actual.map(Revision::new),
            }
            .into()),
        }
    }
}

/// Whether the stream was what was expected, and how many events it had, or else its last revision.
fn said(rows: &[Row]) -> Result<(bool, Option<u64>), Failed> {
    let row = rows
        .first()
        .ok_or_else(|| Failed::damaged("a row is missing"))?;
    let number: Option<i64> = row.try_get(1).map_err(Failed::of)?;
    let number = number.map(unsigned).transpose().map_err(Failed::damaged)?;
    Ok((row.try_get(0).map_err(Failed::of)?, number))
}
