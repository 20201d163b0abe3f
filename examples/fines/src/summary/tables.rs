//! The tables of the read model: whose they are, and which build's.

use factum::sqlite::rusqlite::{self, Connection, OptionalExtension, Transaction};

use super::SummaryError;

/// Which meaning of the events the rows hold; a build with another one folds them again.
const LOGIC: i64 = 1;

const CHECKPOINT: &str = "fines_checkpoint";
const CHECKPOINT_COLUMNS: &str = "id,logic,position";
const EFFECTS: &str = "fines_effects";
const EFFECTS_COLUMNS: &str = "fine,revision,occurred_at,amount,expense,paid,collection,appeal";

/// Whether the tables are there, and hold what this build means by them; false if they are to be made.
///
/// What someone else has put in their place is an error. Both tables are made in one transaction, and every
/// build has the same checkpoint: it tells whose the effects are, whose columns another build may have changed.
pub(super) fn are_current(connection: &Connection) -> Result<bool, SummaryError> {
    let checkpoint = columns(connection, CHECKPOINT)?;
    let effects = columns(connection, EFFECTS)?;
    match (checkpoint.as_deref(), effects.as_deref()) {
        (None | Some(CHECKPOINT_COLUMNS), None) => Ok(false),
        (None, Some(_)) => Err(SummaryError::ForeignTable(EFFECTS)),
        (Some(CHECKPOINT_COLUMNS), Some(effects)) => {
            let current = logic(connection)? == Some(LOGIC);
            if current && effects != EFFECTS_COLUMNS {
                return Err(SummaryError::ForeignTable(EFFECTS));
            }
            Ok(current)
        }
        (Some(_), _) => Err(SummaryError::ForeignTable(CHECKPOINT)),
    }
}

/// The names of a table's or a view's columns; `None` if there is no such table.
fn columns(connection: &Connection, table: &str) -> rusqlite::Result<Option<String>> {
    let columns = "SELECT group_concat(name, ',') FROM pragma_table_info(?1)";
    connection.query_row(columns, [table], |row| row.get(0))
}

fn logic(connection: &Connection) -> rusqlite::Result<Option<i64>> {
    let logic = "SELECT logic FROM fines_checkpoint";
    connection.query_row(logic, [], |row| row.get(0)).optional()
}

/// Starts again with empty tables.
pub(super) fn reset(transaction: &Transaction<'_>) -> Result<(), SummaryError> {
    transaction.execute_batch(
        "DROP TABLE IF EXISTS fines_effects; DROP TABLE IF EXISTS fines_checkpoint",
    )?;
    transaction.execute_batch(include_str!("schema.sql"))?;
    let first = "INSERT INTO fines_checkpoint (id, logic, position) VALUES (1, ?1, NULL)";
    transaction.execute(first, [LOGIC])?;
    Ok(())
}
