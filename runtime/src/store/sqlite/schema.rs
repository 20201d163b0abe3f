//! The tables, and how older files get them.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::errors::unavailable;
use crate::error::{Unavailable, UnavailableCause};

/// What takes a file from each version to the next, which each notes; the first one starts from nothing.
const STEPS: [&str; 2] = [include_str!("schema/1.sql"), include_str!("schema/2.sql")];

/// Refuses a file that a newer release has migrated, before anything in it is touched.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<(), Unavailable> {
    let version = version(connection).map_err(|error| unavailable(path, error))?;
    steps_after(version, path).map(drop)
}

/// Brings the file to this build's version; several processes may do so at once.
pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), Unavailable> {
    let failed = |error| unavailable(path, error);
    // Without the lock: a file that is up to date opens while another process writes.
    if steps_after(version(connection).map_err(failed)?, path)?.is_empty() {
        return Ok(());
    }
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed)?;
    // Again, under the lock: another process may have been first.
    let steps = steps_after(version(&transaction).map_err(failed)?, path)?;
    steps
        .iter()
        .try_for_each(|step| transaction.execute_batch(step))
        .map_err(failed)?;
    transaction.commit().map_err(failed)
}

/// The steps that a file of this version still needs.
fn steps_after(version: i64, path: &Path) -> Result<&'static [&'static str], Unavailable> {
    let (path, newest) = (path.display(), STEPS.len());
    let Ok(number) = usize::try_from(version) else {
        let message = format!("`{path}` claims schema version {version}, which no release wrote");
        return Err(Unavailable::new(UnavailableCause::NotAStore, message));
    };
    STEPS.get(number..).ok_or_else(|| {
        Unavailable::new(
            UnavailableCause::NewerSchema,
            format!(
                "`{path}` has schema version {version} and this build knows versions up to {newest}; \
                 nothing was changed: use the release that migrated it, or a newer one"
            ),
        )
    })
}

/// The version of the file's tables; 0 if it has none.
///
/// Not `user_version`: the application, whose read models may share the file, may need that for itself.
fn version(connection: &Connection) -> rusqlite::Result<i64> {
    let table = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'factum_meta'";
    if connection
        .query_row(table, [], |_| Ok(()))
        .optional()?
        .is_none()
    {
        return Ok(0);
    }
    connection.query_row(
        "SELECT value FROM factum_meta WHERE key = 'schema'",
        [],
        |row| row.get(0),
    )
}
