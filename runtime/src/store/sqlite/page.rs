//! One page: rows by key, and in the same transaction what tells where it ends.

use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};
use uuid::Uuid;

use super::append::{Stream, find};
use super::errors::damaged;
use super::row;
use crate::place::{Position, Revision};
use crate::recorded::EventId;
use crate::store::{Direction, Page, PageBuilder, Read, Scope, Span, StoredEvent};
use crate::stream::StreamName;

const COLUMNS: &str = "e.position, e.revision, e.idx, e.id, e.name, e.version, e.codec, e.tenant, \
    e.recorded_at, e.metadata, e.payload";

/// The highest position that was ever given out, also if its event was deleted.
pub(super) fn head(connection: &Connection) -> rusqlite::Result<Option<Position>> {
    connection
        .prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'factum_events'")?
        .query_row([], |row| row::number(row, 0).map(Position::new))
        .optional()
}

/// Reads the page that was asked for, from behind `after`.
pub(super) fn read(
    connection: &Connection,
    read: &Read,
    after: Option<i64>,
) -> rusqlite::Result<Page> {
    match &read.scope {
        Scope::Stream { name, .. } => of_stream(connection, read, name, after),
        Scope::All { .. } => of_all(connection, read, after),
    }
}

fn of_stream(
    connection: &Connection,
    read: &Read,
    name: &StreamName,
    after: Option<i64>,
) -> rusqlite::Result<Page> {
    let mut page = PageBuilder::new(read);
    let stream = find(connection, name)?;
    let span = stream.map(span).transpose()?.flatten();
    let (Some(stream), Some(span)) = (stream, span) else {
        return Ok(page.end(None));
    };
    page.span(Some(span));
    if let Some(id) = read.find {
        page.found(revision_of(connection, stream, id)?);
    }
    let edge = match read.direction {
        Direction::Forward => span.last.get(),
        Direction::Backward => span.first.get(),
    };
    let mut last = None;
    // The category is the same for all rows, so it lets through all or none.
    if read.filter.categories.is_empty()
        || read
            .filter
            .categories
            .iter()
            .any(|one| one == name.category())
    {
        let sql = select("", "e.stream = ?4 AND e.revision", read, false);
        let (names, _) = lists(read);
        let values = params![start(read, after), limit(read), names, stream.key];
        last = fill(connection, &mut page, &sql, values, Some(name))?.map(|(_, revision)| revision);
    }
    Ok(finish(page, read, after, last, Some(edge)))
}

fn of_all(connection: &Connection, read: &Read, after: Option<i64>) -> rusqlite::Result<Page> {
    let mut page = PageBuilder::new(read);
    let categories = !read.filter.categories.is_empty();
    // CROSS JOIN keeps the order of the tables: by position, whatever statistics the file may have.
    let streams = "CROSS JOIN factum_streams s ON s.key = e.stream";
    let sql = select(streams, "e.position", read, categories);
    let (names, among) = lists(read);
    let (start, limit) = (start(read, after), limit(read));
    let last = if categories {
        fill(
            connection,
            &mut page,
            &sql,
            params![start, limit, names, among],
            None,
        )?
    } else {
        fill(
            connection,
            &mut page,
            &sql,
            params![start, limit, names],
            None,
        )?
    };
    let edge = match read.direction {
        Direction::Forward => head(connection)?.map(Position::get),
        Direction::Backward => lowest(connection)?,
    };
    Ok(finish(
        page,
        read,
        after,
        last.map(|(position, _)| position),
        edge,
    ))
}

/// Parameters: ?1 the place to start behind, ?2 the limit, ?3 names, ?4 the stream's key or categories.
fn select(join: &str, place: &str, read: &Read, categories: bool) -> String {
    let stream = if join.is_empty() { "" } else { ", s.name" };
    let (behind, order) = match read.direction {
        Direction::Forward => (">", "ASC"),
        Direction::Backward => ("<", "DESC"),
    };
    let key = place.rsplit(' ').next().unwrap_or(place);
    let category = if categories {
        "AND s.category IN (SELECT value FROM json_each(?4))"
    } else {
        ""
    };
    format!(
        "SELECT {COLUMNS}{stream} FROM factum_events e {join} WHERE {place} {behind} ?1
         AND (?3 IS NULL OR e.name IN (SELECT value FROM json_each(?3))) {category}
         ORDER BY {key} {order} LIMIT ?2"
    )
}

fn fill(
    connection: &Connection,
    page: &mut PageBuilder,
    sql: &str,
    values: &[&dyn ToSql],
    stream: Option<&StreamName>,
) -> rusqlite::Result<Option<(u64, u64)>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(values)?;
    let mut last = None;
    while !page.is_full()
        && let Some(row) = rows.next()?
    {
        let event = event(row, stream)?;
        last = Some((event.position.get(), event.revision.get()));
        page.push(&event);
    }
    Ok(last)
}

fn event<'a>(
    row: &'a Row<'_>,
    stream: Option<&'a StreamName>,
) -> rusqlite::Result<StoredEvent<'a>> {
    let text = |column| {
        row.get_ref(column)?
            .as_str()
            .map_err(|error| damaged(column, error))
    };
    let blob = |column| {
        row.get_ref(column)?
            .as_blob()
            .map_err(|error| damaged(column, error))
    };
    Ok(StoredEvent {
        position: Position::new(row::number(row, 0)?),
        revision: Revision::new(row::number(row, 1)?),
        index: row.get(2)?,
        id: EventId::new(Uuid::from_slice(blob(3)?).map_err(|error| damaged(3, error))?),
        name: text(4)?,
        version: row.get(5)?,
        codec: text(6)?,
        tenant: row
            .get_ref(7)?
            .as_str_or_null()
            .map_err(|error| damaged(7, error))?,
        recorded_at: row::time(row, 8)?,
        metadata: blob(9)?,
        payload: blob(10)?,
        stream: match stream {
            Some(stream) => stream.as_str(),
            None => text(11)?,
        },
    })
}

/// Ends the page at its last row, or, if that was all, where everything ends: then a reader whose filter
/// lets little through does not look at the same events again.
fn finish(
    page: PageBuilder,
    read: &Read,
    after: Option<i64>,
    last: Option<u64>,
    edge: Option<u64>,
) -> Page {
    if page.is_full() && last != edge {
        return page.full(read);
    }
    let after = after.map(i64::unsigned_abs);
    let ahead = |edge: &u64| match read.direction {
        Direction::Forward => after.is_none_or(|after| *edge > after),
        Direction::Backward => after.is_none_or(|after| *edge < after),
    };
    page.end(edge.filter(ahead))
}

fn start(read: &Read, after: Option<i64>) -> i64 {
    match read.direction {
        Direction::Forward => after.unwrap_or(-1),
        Direction::Backward => after.unwrap_or(i64::MAX),
    }
}

fn limit(read: &Read) -> i64 {
    i64::try_from(read.limit.max(1)).unwrap_or(i64::MAX)
}

/// Names and categories as JSON arrays; none where everything passes.
///
/// Entries with U+0000 are left out: nothing is stored under them, and SQLite would cut them there.
fn lists(read: &Read) -> (Option<String>, Option<String>) {
    let list = |entries: &[std::borrow::Cow<'static, str>]| {
        let storable = entries
            .iter()
            .filter(|entry| !entry.contains('\0'))
            .map(|entry| &**entry);
        let array: serde_json::Value = storable.collect();
        (!entries.is_empty()).then(|| array.to_string())
    };
    (list(&read.filter.names), list(&read.filter.categories))
}

fn span(stream: Stream) -> rusqlite::Result<Option<Span>> {
    let first = Revision::new(row::unsigned(1, stream.first)?);
    Ok(stream.actual()?.map(|last| Span { first, last }))
}

fn revision_of(
    connection: &Connection,
    stream: Stream,
    id: EventId,
) -> rusqlite::Result<Option<Revision>> {
    let id = id.get();
    connection
        .prepare_cached("SELECT revision FROM factum_events WHERE stream = ?1 AND id = ?2")?
        .query_row(params![stream.key, id.as_bytes()], |row| {
            row::number(row, 0).map(Revision::new)
        })
        .optional()
}

fn lowest(connection: &Connection) -> rusqlite::Result<Option<u64>> {
    connection
        .prepare_cached("SELECT position FROM factum_events ORDER BY position LIMIT 1")?
        .query_row([], |row| row::number(row, 0))
        .optional()
}
