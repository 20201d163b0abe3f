//! One page: rows by key, and in the same transaction what tells where it ends.

use std::borrow::Cow;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};
use uuid::Uuid;

use super::append::{Stream, find};
use super::errors::damaged;
use super::row;
use crate::place::{Position, Revision};
use crate::recorded::EventId;
use crate::store::{Direction, Page, PageBuilder, Read, Scope, StoredEvent};
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
    let mut page = PageBuilder::new(read.clone());
    let stream = find(connection, name)?;
    let span = stream.map(Stream::span).transpose()?.flatten();
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
    let mut filled = Filled::default();
    // The category is the same for all rows, so it lets through all or none.
    let categories = &read.filter.categories;
    if categories.is_empty() || categories.iter().any(|one| one == name.category()) {
        let mut query = Query::new(read, after);
        let stream = format!("AND e.stream = {}", query.value(stream.key));
        let names = query.among("e.name", &read.filter.names);
        let sql = query.sql("", "e.revision", &format!("{stream} {names}"));
        filled = fill(connection, &mut page, &sql, query.values, Some(name))?;
    }
    let last = filled.last.map(|(_, revision)| revision);
    Ok(finish(page, read, after, filled.cut, last, Some(edge)))
}

fn of_all(connection: &Connection, read: &Read, after: Option<i64>) -> rusqlite::Result<Page> {
    let mut page = PageBuilder::new(read.clone());
    let mut query = Query::new(read, after);
    let names = query.among("e.name", &read.filter.names);
    let categories = query.among("s.category", &read.filter.categories);
    let sql = query.sql(", s.name", "e.position", &format!("{names} {categories}"));
    let filled = fill(connection, &mut page, &sql, query.values, None)?;
    let edge = match read.direction {
        Direction::Forward => head(connection)?.map(Position::get),
        Direction::Backward => lowest(connection)?,
    };
    let last = filled.last.map(|(position, _)| position);
    Ok(finish(page, read, after, filled.cut, last, edge))
}

/// A statement in the making; whatever a caller sent is a value of it, never a part of its text.
struct Query {
    direction: Direction,
    values: Vec<Value>,
}

impl Query {
    fn new(read: &Read, after: Option<i64>) -> Self {
        let start = match read.direction {
            Direction::Forward => after.unwrap_or(-1),
            Direction::Backward => after.unwrap_or(i64::MAX),
        };
        let limit = i64::try_from(read.limit.max(1)).unwrap_or(i64::MAX);
        Self {
            direction: read.direction,
            values: vec![start.into(), limit.into()],
        }
    }

    /// Adds a value and gives the placeholder that stands for it.
    fn value(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len())
    }

    /// A condition that lets through what is listed, or everything if nothing is.
    ///
    /// Entries with U+0000 are left out: nothing is stored under them, and SQLite would cut them there.
    fn among(&mut self, column: &str, entries: &[Cow<'static, str>]) -> String {
        if entries.is_empty() {
            return String::new();
        }
        let storable = entries
            .iter()
            .filter(|entry| !entry.contains('\0'))
            .map(|entry| &**entry);
        let list = self.value(storable.collect::<serde_json::Value>().to_string());
        // A row without a name or stream is none of the store's: it passes, and is then reported.
        format!("AND ({column} IS NULL OR {column} IN (SELECT value FROM json_each({list})))")
    }

    fn sql(&self, column: &str, place: &str, filter: &str) -> String {
        let (behind, order) = match self.direction {
            Direction::Forward => (">", "ASC"),
            Direction::Backward => ("<", "DESC"),
        };
        // LEFT, so that no event goes missing with its stream, and so that the order of the tables stays:
        // by position, whatever statistics the file may have.
        let join = if column.is_empty() {
            ""
        } else {
            "LEFT JOIN factum_streams s ON s.key = e.stream"
        };
        format!(
            "SELECT {COLUMNS}{column} FROM factum_events e {join} WHERE {place} {behind} ?1 {filter}
             ORDER BY {place} {order} LIMIT ?2"
        )
    }
}

/// What the rows of a page came to.
#[derive(Default)]
struct Filled {
    /// The position and the revision of the last one.
    last: Option<(u64, u64)>,
    /// Whether it ends in front of a row that is none of the store's.
    cut: bool,
}

/// Adds rows until the page is full.
///
/// It ends in front of a row that cannot be read: what stands before it leads up to it, and the next page, which
/// starts with it, is the error that says where it is.
fn fill(
    connection: &Connection,
    page: &mut PageBuilder,
    sql: &str,
    values: Vec<Value>,
    stream: Option<&StreamName>,
) -> rusqlite::Result<Filled> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut filled = Filled::default();
    while !page.is_full()
        && let Some(row) = rows.next()?
    {
        match event(row, stream) {
            Ok(event) => {
                filled.last = Some((event.position.get(), event.revision.get()));
                page.push(&event);
            }
            Err(_) if filled.last.is_some() => {
                filled.cut = true;
                break;
            }
            Err(error) => {
                let position: i64 = row.get(0)?;
                return Err(damaged(
                    0,
                    format!("the row at position {position}: {error}"),
                ));
            }
        }
    }
    Ok(filled)
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

/// Ends the page at its last row if there is more, or, if that was all, where everything ends: then a reader
/// whose filter lets little through does not look at the same events again.
fn finish(
    page: PageBuilder,
    read: &Read,
    after: Option<i64>,
    cut: bool,
    last: Option<u64>,
    edge: Option<u64>,
) -> Page {
    if cut || page.is_full() && last != edge {
        return page.full();
    }
    let after = after.map(i64::unsigned_abs);
    let ahead = |edge: &u64| match read.direction {
        Direction::Forward => after.is_none_or(|after| *edge > after),
        Direction::Backward => after.is_none_or(|after| *edge < after),
    };
    page.end(edge.filter(ahead))
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
