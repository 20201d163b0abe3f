//! One page: rows by key, and in the same transaction what tells where it ends.

use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::append::{STREAM, Stream};
use super::errors::{damaged, is_damage};
use super::reader::Reader;
use super::{query, row};
use crate::place::{Position, Revision};
use crate::recorded::EventId;
use crate::store::{Direction, Page, PageBuilder, Read, Scope, StoredEvent, sql};
use crate::stream::StreamName;

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
    reader: &Reader,
    read: &Read,
    after: Option<i64>,
    at_most: AtMost,
) -> rusqlite::Result<Option<Page>> {
    match attempt(reader, read, after, at_most) {
        // What is damaged is told by a position, which a bare row has not.
        Err(error) if is_damage(&error) && query::is_bare(read) => {
            let mut whole = read.clone();
            whole.bare = false;
            attempt(reader, &whole, after, at_most)
        }
        outcome => outcome,
    }
}

fn attempt(
    reader: &Reader,
    read: &Read,
    after: Option<i64>,
    at_most: AtMost,
) -> rusqlite::Result<Option<Page>> {
    let filling = Filling {
        page: PageBuilder::new(read.clone()),
        read,
        after,
        at_most,
        looked: 0,
        taken: 0,
        bytes: 0,
        edge: None,
        last: None,
        cut: false,
        is_more: false,
    };
    match &read.scope {
        Scope::Stream { name, .. } => of_stream(&reader.connection, filling, name),
        Scope::All { .. } => of_all(reader, filling),
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
    if !filling.starts(span.edge(read.direction)) {
        return Ok(None);
    }
    // The category is the same for all rows, so it lets through all or none.
    if read.filter.wants(name.category()) {
        let mut statement = query::prepare(connection, read)?;
        let mut rows = query::rows(&mut statement, read, filling.after, Some(stream.key))?;
        while let Some(row) = rows.next()? {
            if !filling.take(row, Ok(name.as_str()))? {
                break;
            }
        }
    }
    Ok(filling.finish())
}

fn of_all(reader: &Reader, mut filling: Filling<'_>) -> rusqlite::Result<Option<Page>> {
    let (connection, read) = (&reader.connection, filling.read);
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
    let mut statement = query::prepare(connection, read)?;
    let mut rows = query::rows(&mut statement, read, filling.after, None)?;
    let mut names = reader.names.look_up(connection);
    while let Some(row) = rows.next()? {
        if !filling.may_look() {
            break;
        }
        let stream = row::integer(row, query::KEY).and_then(|key| names.name(key));
        if stream
            .as_ref()
            .is_ok_and(|(_, category)| !read.filter.wants(category))
        {
            continue;
        }
        if !filling.take(row, stream.map(|(name, _)| name))? {
            break;
        }
    }
    Ok(filling.finish())
}

/// How much a read may look at.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum AtMost {
    /// What takes some microseconds, if it is in memory.
    Little,
    /// What takes about as long as it takes to decode it.
    Short,
    /// A page.
    Page,
}

impl AtMost {
    /// How many events may be looked at in this scope.
    fn events(self, scope: &Scope) -> u64 {
        match (self, scope) {
            (Self::Page, _) => u64::MAX,
            (Self::Short, Scope::All { .. }) => Read::LIMIT as u64,
            // Of a longer stream the next page is read while the last one is folded, for which it has to be elsewhere.
            (Self::Short, Scope::Stream { .. }) | (Self::Little, _) => 128,
        }
    }

    fn bytes(self) -> usize {
        match self {
            Self::Little => 64 << 10,
            Self::Short => 512 << 10,
            Self::Page => usize::MAX,
        }
    }
}

/// A page, and what decides where it ends.
struct Filling<'a> {
    page: PageBuilder,
    read: &'a Read,
    after: Option<i64>,
    at_most: AtMost,
    /// How many rows were looked at, how many of them are in the page, and how large those are.
    looked: u64,
    taken: usize,
    bytes: usize,
    /// The last place that has an event, whether the page reaches it or not.
    edge: Option<u64>,
    /// The place of the page's last event.
    last: Option<u64>,
    /// Whether it ends in front of a row that there was no room for, or that cannot be read.
    cut: bool,
    /// Whether more has to be looked at than is let through.
    is_more: bool,
}

impl Filling<'_> {
    /// Notes where the events end; whether the page may be filled.
    fn starts(&mut self, edge: u64) -> bool {
        self.edge = Some(edge);
        // A filter may hold back all events but the last; for names, that is not seen here.
        let limit = if self.read.filter.names.is_empty() {
            self.read.limit as u64
        } else {
            u64::MAX
        };
        self.left().min(limit) <= self.at_most.events(&self.read.scope)
    }

    /// Counts a row before it is looked at; whether it may be.
    fn may_look(&mut self) -> bool {
        let may = self.looked < self.at_most.events(&self.read.scope);
        self.looked += 1;
        may || self.stop()
    }

    /// Ends the page here if that is worth it, and otherwise leaves it to who may look at more; always `false`.
    fn stop(&mut self) -> bool {
        if self.taken * 2 >= self.read.limit.max(1) {
            self.cut = true;
        } else {
            self.is_more = true;
        }
        false
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

    /// Adds a row; whether there is room for more.
    ///
    /// The page ends in front of a row that cannot be read: what stands before it leads up to it, and the next
    /// page, which starts with it, is the error that says where it is.
    fn take(&mut self, row: &Row<'_>, stream: rusqlite::Result<&str>) -> rusqlite::Result<bool> {
        match stream.and_then(|stream| event(row, query::is_bare(self.read), stream)) {
            Ok(ref event) => Ok(self.push(event)),
            Err(error) if !is_damage(&error) => Err(error),
            Err(_) if self.last.is_some() => {
                self.cut = true;
                Ok(false)
            }
            Err(error) if query::is_bare(self.read) => Err(error),
            Err(error) => {
                let position: i64 = row.get(sql::POSITION)?;
                let message = format!("the row at position {position}: {error}");
                Err(damaged(0, message))
            }
        }
    }

    fn push(&mut self, event: &StoredEvent<'_>) -> bool {
        let place = match self.read.scope {
            Scope::Stream { .. } => event.revision.get(),
            Scope::All { .. } => event.position.get(),
        };
        let bytes = self.bytes + event.payload.len() + event.metadata.len();
        if bytes > self.at_most.bytes() {
            return self.stop();
        }
        if self.last.is_none() {
            let left = self.edge.map_or(0, |edge| edge.abs_diff(place));
            self.page.reserve(left + 1, event);
        }
        self.page.push(event);
        self.last = Some(place);
        self.taken += 1;
        self.bytes = bytes;
        !self.page.is_full()
    }

    /// Ends the page at its last row, or, if that was all, where everything ends: then a reader whose filter
    /// lets little through does not look at the same events again.
    fn finish(self) -> Option<Page> {
        if self.is_more {
            return None;
        }
        if self.cut {
            return Some(self.page.full());
        }
        Some(self.page.end(self.edge))
    }
}

/// Columns as the statement lists them.
fn event<'a>(row: &'a Row<'_>, bare: bool, stream: &'a str) -> rusqlite::Result<StoredEvent<'a>> {
    let revision = Revision::new(row::number(row, 0)?);
    let name = (row::text(row, 1)?, row::small(row, 2)?);
    let content = (row::text(row, 3)?, row::blob(row, 4)?);
    let event = sql::bare(stream, revision, name, content);
    if bare {
        return Ok(event);
    }
    let id = Uuid::from_slice(row::blob(row, 6)?).map_err(|error| damaged(6, error))?;
    let tenant = row.get_ref(8)?.as_str_or_null();
    Ok(StoredEvent {
        position: Position::new(row::number(row, sql::POSITION)?),
        id: EventId::new(id),
        index: row::small(row, 7)?,
        tenant: tenant.map_err(|error| damaged(8, error))?,
        recorded_at: row::time(row, 9)?,
        metadata: row::blob(row, 10)?,
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
