//! What rows hold, where SQLite knows signed numbers only.

use jiff::Timestamp;
use rusqlite::{Error, Row};

use super::errors::damaged;

/// A number of this column, which is never negative.
pub(super) fn unsigned(column: usize, number: i64) -> rusqlite::Result<u64> {
    u64::try_from(number).map_err(|_| Error::IntegralValueOutOfRange(column, number))
}

/// The integer in this column of a row.
#[inline]
pub(super) fn integer(row: &Row<'_>, column: usize) -> rusqlite::Result<i64> {
    let value = row.get_ref(column)?;
    value.as_i64().map_err(|error| damaged(column, error))
}

/// The number in this column of a row.
pub(super) fn number(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    unsigned(column, integer(row, column)?)
}

/// The number in this column of a row, if it is as small as it has to be.
pub(super) fn small<T: TryFrom<i64>>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let number = integer(row, column)?;
    T::try_from(number).map_err(|_| Error::IntegralValueOutOfRange(column, number))
}

/// The text in this column of a row.
#[inline]
pub(super) fn text<'a>(row: &'a Row<'_>, column: usize) -> rusqlite::Result<&'a str> {
    let value = row.get_ref(column)?;
    value.as_str().map_err(|error| damaged(column, error))
}

/// The bytes in this column of a row.
#[inline]
pub(super) fn blob<'a>(row: &'a Row<'_>, column: usize) -> rusqlite::Result<&'a [u8]> {
    let value = row.get_ref(column)?;
    value.as_blob().map_err(|error| damaged(column, error))
}

/// The time in this column of a row.
pub(super) fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    Timestamp::from_microsecond(integer(row, column)?).map_err(|error| damaged(column, error))
}

/// Checks that a statement changed the one row that it was for.
pub(super) fn one(changed: usize) -> rusqlite::Result<()> {
    if changed == 1 {
        Ok(())
    } else {
        Err(Error::StatementChangedRows(changed))
    }
}
