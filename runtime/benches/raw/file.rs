//! A file with the store's tables and settings.

use std::path::Path;

use factum::sqlite::rusqlite::{Connection, OpenFlags};
use factum::{Clock, EventSet, Ids, SystemClock, UuidV7};

use super::{Batch, NewRow, Writer};
use crate::account::{AccountId, event};
use crate::ratio::Outcome;

/// Opens a file that is there.
pub(crate) fn open(path: &Path) -> Outcome<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.query_row("PRAGMA journal_mode = wal", [], |_| Ok(()))?;
    connection.execute_batch(
        "PRAGMA synchronous = full; PRAGMA fullfsync = 1; PRAGMA checkpoint_fullfsync = 1;",
    )?;
    Ok(connection)
}

/// Makes a file with the store's tables, from the store's own statements.
pub(crate) fn create(path: &Path) -> Outcome<Connection> {
    let connection = open(path)?;
    connection.execute_batch(include_str!("../../src/store/sqlite/schema/1.sql"))?;
    connection.execute_batch(include_str!("../../src/store/sqlite/schema/2.sql"))?;
    Ok(connection)
}

/// Makes a file of so many accounts with so many events each, which take turns as in a busy bank: neighbours in
/// the store are of different streams.
pub(crate) fn filled(path: &Path, accounts: u64, events: usize) -> Outcome<()> {
    let connection = create(path)?;
    // Nobody waits for this file's disk.
    connection.execute_batch("PRAGMA synchronous = off")?;
    let mut writer = Writer::new(&connection)?;
    let metadata = super::metadata()?;
    for number in 0..events {
        let payload = super::payload(&event(number))?;
        let batches: Vec<_> = (0..accounts)
            .map(|account| Batch {
                stream: stream(AccountId(account)),
                expected: i64::try_from(number)
                    .ok()
                    .and_then(|number| number.checked_sub(1))
                    .filter(|last| *last >= 0),
                metadata: metadata.clone(),
                events: vec![NewRow {
                    id: UuidV7.fresh(),
                    name: event(number).info().name,
                    payload: payload.clone(),
                }],
            })
            .collect();
        let stored = writer.group(&batches, SystemClock.now().as_microsecond())?;
        assert!(stored.iter().all(Option::is_some));
    }
    Ok(())
}

/// The stream of an account.
pub(crate) fn stream(AccountId(number): AccountId) -> String {
    format!("account-{number}")
}
