//! What rows hold, where SQLite knows signed numbers only.

use jiff::Timestamp;
use rusqlite::{Error, Row};

use super::errors::damaged;

/// A number of this column, which is never negative.
pub(super) fn unsigned(column: usize, number: i64) -> rusqlite::Result<u64> {
    u64::try_from(number).map_err(|_| Error::IntegralValueOutOfRange(column, number))
}

/// The number in this column of a row.
pub(super) fn number(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    unsigned(column, row.get(column)?)
}

/// The time in this column of a row.
pub(super) fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    Timestamp::from_microsecond(row.get(column)?).map_err(|error| damaged(column, error))
}

/// Checks that a statement changed the one row that it was for.
pub(super) fn one(changed: usize) -> rusqlite::Result<()> {
    if changed == 1 {
        Ok(())
    } else {
        Err(Error::StatementChangedRows(changed))
    }
}
