//! One page: rows by key, and in the same transaction what tells where it ends.

use std::borrow::Cow;

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};
use uuid::Uuid;

use super::append::Stream;
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

/// One statement, and so one look at the file: the stream's row, beside it the event that is looked for, and
/// then the events.
fn of_stream(
    connection: &Connection,
    read: &Read,
    name: &StreamName,
    after: Option<i64>,
) -> rusqlite::Result<Page> {
    let mut query = Query::new(read, after);
    // The category is the same for all rows, so it lets through all or none.
    let categories = &read.filter.categories;
    let filter = if categories.is_empty() || categories.iter().any(|one| one == name.category()) {
        query.among("e.name", &read.filter.names)
    } else {
        "AND 0".to_owned()
    };
    let (found, find) = match read.find {
        None => ("NULL", String::new()),
        Some(id) => {
            let id = query.value(id.get().as_bytes().to_vec());
            let join = format!("LEFT JOIN factum_events f ON f.stream = s.key AND f.id = {id}");
            ("f.revision", join)
        }
    };
    let stream = query.value(name.as_str().to_owned());
    let (behind, order) = query.order();
    let sql = format!(
        "SELECT {COLUMNS}, s.key, s.first, s.last, {found} FROM factum_streams s {find}
         LEFT JOIN factum_events e ON e.stream = s.key AND e.revision {behind} ?1 {filter}
         WHERE s.name = {stream} ORDER BY e.revision {order} LIMIT ?2"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(query.values))?;
    let mut page = PageBuilder::new(read.clone());
    let (mut edge, mut last) = (None, None);
    while !page.is_full()
        && let Some(row) = rows.next()?
    {
        if edge.is_none() {
            let Some(span) = Stream::read(row, 11)?.span()? else {
                break;
            };
            page.span(Some(span));
            page.found(row.get::<_, Option<i64>>(14)?.map(revision).transpose()?);
            edge = Some(match read.direction {
                Direction::Forward => span.last.get(),
                Direction::Backward => span.first.get(),
            });
            // There is always a row, even if there is no event to fill it.
            if row.get_ref(0)? == ValueRef::Null {
                break;
            }
        }
        let event = event(row, name.as_str())?;
        if last.is_none() {
            page.reserve(until(edge, event.revision.get()), &event);
        }
        page.push(&event);
        last = Some(event.revision.get());
    }
    Ok(finish(page, read, after, last, edge))
}

fn of_all(connection: &Connection, read: &Read, after: Option<i64>) -> rusqlite::Result<Page> {
    // Rows and the place where all of them end are of one moment.
    let transaction = connection.unchecked_transaction()?;
    let edge = match read.direction {
        Direction::Forward => head(connection)?.map(Position::get),
        Direction::Backward => lowest(connection)?,
    };
    let mut query = Query::new(read, after);
    let names = query.among("e.name", &read.filter.names);
    let categories = query.among("s.category", &read.filter.categories);
    let (behind, order) = query.order();
    // LEFT, so that no event goes missing with its stream, and so that the order of the tables stays: by
    // position, whatever statistics the file may have.
    let sql = format!(
        "SELECT {COLUMNS}, s.name FROM factum_events e LEFT JOIN factum_streams s ON s.key = e.stream
         WHERE e.position {behind} ?1 {names} {categories} ORDER BY e.position {order} LIMIT ?2"
    );
    let mut page = PageBuilder::new(read.clone());
    let mut last = None;
    {
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(query.values))?;
        while !page.is_full()
            && let Some(row) = rows.next()?
        {
            let event = event(row, text(row, 11)?)?;
            if last.is_none() {
                page.reserve(until(edge, event.position.get()), &event);
            }
            page.push(&event);
            last = Some(event.position.get());
        }
    }
    transaction.commit()?;
    Ok(finish(page, read, after, last, edge))
}

/// How many places there are from this one to the last.
fn until(edge: Option<u64>, place: u64) -> u64 {
    edge.map_or(1, |edge| edge.abs_diff(place) + 1)
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

    fn order(&self) -> (&'static str, &'static str) {
        match self.direction {
            Direction::Forward => (">", "ASC"),
            Direction::Backward => ("<", "DESC"),
        }
    }
}

fn event<'a>(row: &'a Row<'_>, stream: &'a str) -> rusqlite::Result<StoredEvent<'a>> {
    let tenant = row.get_ref(7)?.as_str_or_null();
    Ok(StoredEvent {
        position: Position::new(row::number(row, 0)?),
        revision: Revision::new(row::number(row, 1)?),
        index: row.get(2)?,
        id: EventId::new(Uuid::from_slice(blob(row, 3)?).map_err(|error| damaged(3, error))?),
        name: text(row, 4)?,
        version: row.get(5)?,
        codec: text(row, 6)?,
        tenant: tenant.map_err(|error| damaged(7, error))?,
        recorded_at: row::time(row, 8)?,
        metadata: blob(row, 9)?,
        payload: blob(row, 10)?,
        stream,
    })
}

fn text<'a>(row: &'a Row<'_>, column: usize) -> rusqlite::Result<&'a str> {
    let value = row.get_ref(column)?;
    value.as_str().map_err(|error| damaged(column, error))
}

fn blob<'a>(row: &'a Row<'_>, column: usize) -> rusqlite::Result<&'a [u8]> {
    let value = row.get_ref(column)?;
    value.as_blob().map_err(|error| damaged(column, error))
}

fn revision(number: i64) -> rusqlite::Result<Revision> {
    row::unsigned(14, number).map(Revision::new)
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
        return page.full();
    }
    let after = after.map(i64::unsigned_abs);
    let ahead = |edge: &u64| match read.direction {
        Direction::Forward => after.is_none_or(|after| *edge > after),
        Direction::Backward => after.is_none_or(|after| *edge < after),
    };
    page.end(edge.filter(ahead))
}

fn lowest(connection: &Connection) -> rusqlite::Result<Option<u64>> {
    connection
        .prepare_cached("SELECT position FROM factum_events ORDER BY position LIMIT 1")?
        .query_row([], |row| row::number(row, 0))
        .optional()
}
