//! The statement that reads a page's rows.

use std::sync::OnceLock;

use rusqlite::{CachedStatement, Connection, Rows};

use crate::store::{Direction, Read, Scope, sql};

/// Where the stream's key stands, behind all the rest.
pub(super) const KEY: usize = sql::COLUMNS;

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
    let kinds = [
        is_bare(read),
        matches!(read.scope, Scope::All { .. }),
        matches!(read.direction, Direction::Backward),
    ];
    let kind = kinds
        .iter()
        .fold(read.filter.names.len().min(2), |kind, is| {
            kind * 2 + usize::from(*is)
        });
    connection.prepare_cached(TEXTS[kind].get_or_init(|| text(read)))
}

/// The texts of all kinds of statements, each put together when it is first needed.
static TEXTS: [OnceLock<String>; 24] = [const { OnceLock::new() }; 24];

fn text(read: &Read) -> String {
    let rest = if is_bare(read) { "" } else { sql::REST };
    let (key, place, stream) = match read.scope {
        Scope::Stream { .. } => ("", "revision", " AND stream = ?3"),
        Scope::All { .. } => (", stream", "position", ""),
    };
    let (behind, order) = sql::order(read.direction);
    // A row without a name is none of the store's: it passes, and is then reported.
    let names = match &*read.filter.names {
        [] => "",
        [_] => " AND (name IS NULL OR name = ?2)",
        _ => " AND (name IS NULL OR name IN (SELECT value FROM json_each(?2)))",
    };
    let parts = [
        "SELECT ",
        sql::BARE,
        rest,
        key,
        " FROM factum_events WHERE ",
        place,
        behind,
        "?1",
        stream,
        names,
        " ORDER BY ",
        place,
        " ",
        order,
    ];
    parts.concat()
}

/// Runs it.
pub(super) fn rows<'s>(
    statement: &'s mut CachedStatement<'_>,
    read: &Read,
    after: Option<i64>,
    stream: Option<i64>,
) -> rusqlite::Result<Rows<'s>> {
    statement.raw_bind_parameter(1, sql::start(read, after))?;
    let names = sql::storable(&read.filter.names);
    match read.filter.names.len() {
        0 => {}
        1 => statement.raw_bind_parameter(2, names.first())?,
        _ => statement.raw_bind_parameter(2, serde_json::Value::from(names).to_string())?,
    }
    if let Some(key) = stream {
        statement.raw_bind_parameter(3, key)?;
    }
    Ok(statement.raw_query())
}
