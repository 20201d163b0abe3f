//! One page: rows by key, and in the same transaction what tells where it ends.

use std::borrow::Cow;

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};
use uuid::Uuid;

use super::append::{STREAM, Stream};
use super::errors::damaged;
use super::row;
use crate::place::{Position, Revision};
use crate::recorded::EventId;
use crate::store::{Direction, Filter, Page, PageBuilder, Read, Scope, StoredEvent};
use crate::stream::StreamName;

/// What is read of every event, and what of one that is not bare.
const BARE: &str = "e.position, e.revision, e.id, e.name, e.version, e.codec, e.payload";
const REST: &str = ", e.idx, e.tenant, e.recorded_at, e.metadata";

const HEAD: &str = "SELECT seq FROM sqlite_sequence WHERE name = 'factum_events'";

/// The highest position that was ever given out, also if its event was deleted.
pub(super) fn head(connection: &Connection) -> rusqlite::Result<Option<Position>> {
    connection
        .prepare_cached(HEAD)?
        .query_row([], |row| row::number(row, 0).map(Position::new))
        .optional()
}

/// Reads the page that was asked for, from behind `after`; `None` if it is more than `at_most` lets through.
pub(super) fn read(
    connection: &Connection,
    read: &Read,
    after: Option<i64>,
    at_most: AtMost,
) -> rusqlite::Result<Option<Page>> {
    let filling = Filling {
        page: PageBuilder::new(read.clone()),
        read,
        after,
        at_most,
        bytes: 0,
        edge: None,
        last: None,
        cut: false,
    };
    match &read.scope {
        Scope::Stream { name, .. } => of_stream(connection, filling, name),
        Scope::All { .. } => of_all(connection, filling),
    }
}

fn of_stream(
    connection: &Connection,
    mut filling: Filling<'_>,
    name: &StreamName,
) -> rusqlite::Result<Option<Page>> {
    let read = filling.read;
    // A statement with rows left holds the moment for those after it, as a transaction would.
    let mut moment = connection.prepare_cached(STREAM)?;
    let mut moment = moment.query([name.as_str()])?;
    let Some(stream) = moment.next()?.map(Stream::read).transpose()? else {
        return Ok(filling.finish());
    };
    let Some(span) = stream.span()? else {
        return Ok(filling.finish());
    };
    filling.page.span(Some(span));
    if let Some(id) = read.find {
        filling.page.found(revision_of(connection, stream, id)?);
    }
    let edge = match read.direction {
        Direction::Forward => span.last.get(),
        Direction::Backward => span.first.get(),
    };
    if !filling.starts(edge) {
        return Ok(None);
    }
    // The category is the same for all rows, so it lets through all or none.
    let categories = &read.filter.categories;
    if categories.is_empty() || categories.iter().any(|one| one == name.category()) {
        let mut query = Query::new(read, filling.after);
        let stream = format!("AND e.stream = {}", query.value(stream.key));
        let names = query.among("e.name", &read.filter.names);
        let sql = query.sql("", "e.revision", &format!("{stream} {names}"));
        filling.fill(connection, &sql, query.values, Some(name))?;
    }
    Ok(filling.finish())
}

fn of_all(connection: &Connection, mut filling: Filling<'_>) -> rusqlite::Result<Option<Page>> {
    let read = filling.read;
    let mut moment = connection.prepare_cached(match read.direction {
        Direction::Forward => HEAD,
        Direction::Backward => "SELECT position FROM factum_events ORDER BY position",
    })?;
    let mut moment = moment.query([])?;
    let Some(row) = moment.next()? else {
        return Ok(filling.finish());
    };
    if !filling.starts(row::number(row, 0)?) {
        return Ok(None);
    }
    let mut query = Query::new(read, filling.after);
    let names = query.among("e.name", &read.filter.names);
    let categories = query.among("s.category", &read.filter.categories);
    let sql = query.sql(", s.name", "e.position", &format!("{names} {categories}"));
    filling.fill(connection, &sql, query.values, None)?;
    Ok(filling.finish())
}

/// How much a read may look at.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum AtMost {
    /// What takes some microseconds, if it is in memory.
    Little,
    /// A page.
    Page,
}

impl AtMost {
    const EVENTS: u64 = 128;
    const BYTES: usize = 64 << 10;
}

/// A page, and what decides where it ends.
struct Filling<'a> {
    page: PageBuilder,
    read: &'a Read,
    after: Option<i64>,
    at_most: AtMost,
    bytes: usize,
    /// The last place that has an event, whether the page reaches it or not.
    edge: Option<u64>,
    /// The place of the page's last event.
    last: Option<u64>,
    /// Whether it ends in front of a row that cannot be read.
    cut: bool,
}

impl Filling<'_> {
    /// Notes where the events end; whether the page may be filled.
    fn starts(&mut self, edge: u64) -> bool {
        self.edge = Some(edge);
        // A filter may hold back all events but the last.
        let limit = if self.read.filter == Filter::default() {
            self.read.limit as u64
        } else {
            u64::MAX
        };
        self.at_most == AtMost::Page || self.left().min(limit) <= AtMost::EVENTS
    }

    /// How many events there may be from behind the start to the edge.
    fn left(&self) -> u64 {
        let Some(edge) = self.edge else { return 0 };
        match (self.read.direction, self.after) {
            (Direction::Forward, None) => edge + 1,
            (Direction::Forward, Some(after)) => edge.saturating_sub(after.unsigned_abs()),
            (Direction::Backward, None) => u64::MAX,
            (Direction::Backward, Some(after)) => after.unsigned_abs().saturating_sub(edge),
        }
    }

    /// Adds rows until the page is full.
    ///
    /// It ends in front of a row that cannot be read: what stands before it leads up to it, and the next page,
    /// which starts with it, is the error that says where it is.
    fn fill(
        &mut self,
        connection: &Connection,
        sql: &str,
        values: Vec<Value>,
        stream: Option<&StreamName>,
    ) -> rusqlite::Result<()> {
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            match event(row, self.read, stream) {
                Ok(event) => {
                    let place = match self.read.scope {
                        Scope::Stream { .. } => event.revision.get(),
                        Scope::All { .. } => event.position.get(),
                    };
                    if !self.push(&event, place) {
                        break;
                    }
                }
                Err(_) if self.last.is_some() => {
                    self.cut = true;
                    break;
                }
                Err(error) => {
                    let position: i64 = row.get(0)?;
                    let message = format!("the row at position {position}: {error}");
                    return Err(damaged(0, message));
                }
            }
        }
        Ok(())
    }

    /// Adds an event; whether there is room for more.
    fn push(&mut self, event: &StoredEvent<'_>, place: u64) -> bool {
        if self.last.is_none() {
            let left = self.edge.map_or(0, |edge| edge.abs_diff(place));
            self.page.reserve(left + 1, event);
        }
        self.page.push(event);
        self.last = Some(place);
        self.bytes += event.payload.len() + event.metadata.len();
        !self.page.is_full() && !self.is_much()
    }

    fn is_much(&self) -> bool {
        self.at_most == AtMost::Little && self.bytes > AtMost::BYTES
    }

    /// Ends the page at its last row, or, if that was all, where everything ends: then a reader whose filter
    /// lets little through does not look at the same events again.
    fn finish(self) -> Option<Page> {
        if self.is_much() {
            return None;
        }
        if self.cut || self.page.is_full() && self.last != self.edge {
            return Some(self.page.full());
        }
        let after = self.after.map(i64::unsigned_abs);
        let ahead = |edge: &u64| match self.read.direction {
            Direction::Forward => after.is_none_or(|after| *edge > after),
            Direction::Backward => after.is_none_or(|after| *edge < after),
        };
        let edge = self.edge.filter(ahead);
        Some(self.page.end(edge))
    }
}

/// A statement in the making; whatever a caller sent is a value of it, never a part of its text.
struct Query<'a> {
    read: &'a Read,
    values: Vec<Value>,
}

impl<'a> Query<'a> {
    fn new(read: &'a Read, after: Option<i64>) -> Self {
        let start = match read.direction {
            Direction::Forward => after.unwrap_or(-1),
            Direction::Backward => after.unwrap_or(i64::MAX),
        };
        let limit = i64::try_from(read.limit.max(1)).unwrap_or(i64::MAX);
        Self {
            read,
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
        let storable = |entry: &&Cow<'_, str>| !entry.contains('\0');
        let has = match entries {
            [one] if storable(&one) => format!("= {}", self.value(one.to_string())),
            _ => {
                let storable = entries.iter().filter(storable).map(|entry| &**entry);
                let list = self.value(storable.collect::<serde_json::Value>().to_string());
                format!("IN (SELECT value FROM json_each({list}))")
            }
        };
        // A row without a name or stream is none of the store's: it passes, and is then reported.
        format!("AND ({column} IS NULL OR {column} {has})")
    }

    fn sql(&self, column: &str, place: &str, filter: &str) -> String {
        let (behind, order) = match self.read.direction {
            Direction::Forward => (">", "ASC"),
            Direction::Backward => ("<", "DESC"),
        };
        let rest = if self.read.bare { "" } else { REST };
        // LEFT, so that no event goes missing with its stream, and so that the order of the tables stays:
        // by position, whatever statistics the file may have.
        let join = if column.is_empty() {
            ""
        } else {
            "LEFT JOIN factum_streams s ON s.key = e.stream"
        };
        format!(
            "SELECT {BARE}{rest}{column} FROM factum_events e {join} WHERE {place} {behind} ?1 {filter}
             ORDER BY {place} {order} LIMIT ?2"
        )
    }
}

fn event<'a>(
    row: &'a Row<'_>,
    read: &Read,
    stream: Option<&'a StreamName>,
) -> rusqlite::Result<StoredEvent<'a>> {
    let id = Uuid::from_slice(blob(row, 2)?).map_err(|error| damaged(2, error))?;
    let event = StoredEvent {
        position: Position::new(row::number(row, 0)?),
        revision: Revision::new(row::number(row, 1)?),
        id: EventId::new(id),
        name: text(row, 3)?,
        version: row.get(4)?,
        codec: text(row, 5)?,
        payload: blob(row, 6)?,
        index: 0,
        tenant: None,
        recorded_at: Timestamp::UNIX_EPOCH,
        metadata: &[],
        stream: match stream {
            Some(stream) => stream.as_str(),
            None => text(row, if read.bare { 7 } else { 11 })?,
        },
    };
    if read.bare {
        return Ok(event);
    }
    let tenant = row.get_ref(8)?.as_str_or_null();
    Ok(StoredEvent {
        index: row.get(7)?,
        tenant: tenant.map_err(|error| damaged(8, error))?,
        recorded_at: row::time(row, 9)?,
        metadata: blob(row, 10)?,
        ..event
    })
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

fn text<'a>(row: &'a Row<'_>, column: usize) -> rusqlite::Result<&'a str> {
    let value = row.get_ref(column)?;
    value.as_str().map_err(|error| damaged(column, error))
}

fn blob<'a>(row: &'a Row<'_>, column: usize) -> rusqlite::Result<&'a [u8]> {
    let value = row.get_ref(column)?;
    value.as_blob().map_err(|error| damaged(column, error))
}
