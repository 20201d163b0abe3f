//! The statement that reads a page's rows.

use rusqlite::{CachedStatement, Connection, Rows};

use crate::store::{Direction, Read, Scope};

/// What is read of every event, and what of one that is not bare.
const BARE: &str = "SELECT revision, name, version, codec, payload";
const REST: &str = ", position, id, idx, tenant, recorded_at, metadata";

/// Where the position stands in a row that has one, and behind all the rest the stream's key.
pub(super) const POSITION: usize = 5;
pub(super) const KEY: usize = 11;

/// Whether only that is read; a read of everything needs positions, and mostly wants the rest.
pub(super) fn is_bare(read: &Read) -> bool {
    read.bare && matches!(read.scope, Scope::Stream { .. })
}

/// All rows behind `?1` that pass the names in `?2`, of the stream `?3` if it is a read of one, by their places.
///
/// There is no limit: whoever fills a page stops when it is full.
pub(super) fn prepare<'c>(
    connection: &'c Connection,
    read: &Read,
) -> rusqlite::Result<CachedStatement<'c>> {
    let rest = if is_bare(read) { "" } else { REST };
    let (key, place, stream) = match read.scope {
        Scope::Stream { .. } => ("", "revision", " AND stream = ?3"),
        Scope::All { .. } => (", stream", "position", ""),
    };
    let (behind, order) = match read.direction {
        Direction::Forward => (" > ?1", " ASC"),
        Direction::Backward => (" < ?1", " DESC"),
    };
    // A row without a name is none of the store's: it passes, and is then reported.
    let names = match &*read.filter.names {
        [] => "",
        [_] => " AND (name IS NULL OR name = ?2)",
        _ => " AND (name IS NULL OR name IN (SELECT value FROM json_each(?2)))",
    };
    let parts = [
        BARE,
        rest,
        key,
        " FROM factum_events WHERE ",
        place,
        behind,
        stream,
        names,
        " ORDER BY ",
        place,
        order,
    ];
    connection.prepare_cached(&parts.concat())
}

/// Runs it.
pub(super) fn rows<'s>(
    statement: &'s mut CachedStatement<'_>,
    read: &Read,
    after: Option<i64>,
    stream: Option<i64>,
) -> rusqlite::Result<Rows<'s>> {
    let start = match read.direction {
        Direction::Forward => after.unwrap_or(-1),
        Direction::Backward => after.unwrap_or(i64::MAX),
    };
    statement.raw_bind_parameter(1, start)?;
    match &*read.filter.names {
        [] => {}
        [one] => statement.raw_bind_parameter(2, storable(one))?,
        several => {
            let list: serde_json::Value =
                several.iter().filter_map(|name| storable(name)).collect();
            statement.raw_bind_parameter(2, list.to_string())?;
        }
    }
    if let Some(key) = stream {
        statement.raw_bind_parameter(3, key)?;
    }
    Ok(statement.raw_query())
}

/// SQLite would cut a name at U+0000, under which nothing is stored.
fn storable(name: &str) -> Option<&str> {
    Some(name).filter(|name| !name.contains('\0'))
}
