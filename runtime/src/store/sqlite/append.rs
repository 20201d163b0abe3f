//! One append inside of a transaction: its ids, what it expects, its rows.

use jiff::Timestamp;
use rusqlite::{Error, OptionalExtension, Row, Statement, ffi, params};

use super::errors::Failed;
use super::row;
use super::writer::{Transaction, Work};
use crate::error::Refused;
use crate::place::{Expected, Position, Revision};
use crate::store::{Append, Appended, Known, NewEvent, Span};
use crate::stream::StreamName;

/// A stream as the file knows it.
#[derive(Clone, Copy)]
pub(super) struct Stream {
    pub(super) key: i64,
    pub(super) first: i64,
    pub(super) last: i64,
}

/// Finds a stream by its name.
pub(super) const STREAM: &str = "SELECT key, first, last FROM factum_streams WHERE name = ?1";

impl Stream {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            key: row.get(0)?,
            first: row.get(1)?,
            last: row.get(2)?,
        })
    }

    /// The revisions that have events; none after a delete.
    pub(super) fn span(self) -> rusqlite::Result<Option<Span>> {
        if self.first > self.last {
            return Ok(None);
        }
        Ok(Some(Span {
            first: Revision::new(row::unsigned(1, self.first)?),
            last: Revision::new(row::unsigned(2, self.last)?),
        }))
    }

    /// The last revision that has an event; none after a delete.
    pub(super) fn actual(self) -> rusqlite::Result<Option<Revision>> {
        Ok(self.span()?.map(|span| span.last))
    }
}

pub(super) fn find(
    transaction: &Transaction<'_>,
    name: &StreamName,
) -> rusqlite::Result<Option<Stream>> {
    transaction.with(STREAM, |statement| {
        statement
            .query_row([name.as_str()], Stream::read)
            .optional()
    })
}

impl Work for Append {
    type Output = Appended;

    fn bytes(&self) -> usize {
        Self::bytes(self)
    }

    /// Stores the batch, or says where it is, or what is there instead.
    ///
    /// Ids come before what is expected. Yet a batch that meets its expectation is nearly always fresh: it
    /// is inserted at once, and only where the unique index objects are its ids looked up.
    fn run(&self, transaction: &Transaction<'_>) -> Result<Appended, Failed> {
        if let Some(stream) = supposed(transaction, self)
            && let Some(appended) = extend(transaction, self, stream)?
        {
            return Ok(appended);
        }
        let stream = find(transaction, self.stream())?;
        let actual = stream.map(Stream::actual).transpose()?.flatten();
        if let Err(unmet) = self.expected().check(self.stream(), actual) {
            let earlier = stream
                .map(|stream| earlier(transaction, self, stream))
                .transpose()?;
            return earlier.flatten().ok_or_else(|| unmet.into());
        }
        let Some(stream) = stream else {
            return create(transaction, self);
        };
        transaction.keys.put(self.stream(), stream.key);
        let appended = extend(transaction, self, stream)?;
        appended.ok_or(Failed::Database(Error::StatementChangedRows(0)))
    }
}

/// The stream as it is if it still has the key that it was met with, and is what is expected.
fn supposed(transaction: &Transaction<'_>, append: &Append) -> Option<Stream> {
    let Expected::Revision(last) = append.expected() else {
        return None;
    };
    let key = transaction.keys.get(append.stream())?;
    let last = i64::try_from(last.get()).ok()?;
    let first = last;
    Some(Stream { key, first, last })
}

fn create(transaction: &Transaction<'_>, append: &Append) -> Result<Appended, Failed> {
    let name = append.stream();
    let last = last_of(append, 0)?;
    let key = transaction
        .connection
        .prepare_cached(
            "INSERT INTO factum_streams (name, category, first, last) VALUES (?1, ?2, 0, ?3)",
        )?
        .insert(params![name.as_str(), name.category(), last])?;
    transaction.keys.put(name, key);
    insert(transaction, append, key, 0)
}

/// Stores the batch behind this end of its stream, or says where it is; `None` if there is no such end: of another
/// stream, or past which it has gone on, or before which all is deleted.
fn extend(
    transaction: &Transaction<'_>,
    append: &Append,
    stream: Stream,
) -> Result<Option<Appended>, Failed> {
    let first = stream.last.checked_add(1).ok_or(too_many())?;
    let last = last_of(append, first)?;
    let longer = "UPDATE factum_streams SET last = ?1
        WHERE key = ?2 AND last = ?3 AND first <= ?4 AND name = ?5";
    let changed = transaction.with(longer, |statement| {
        for (place, number) in (1..).zip([last, stream.key, stream.last, stream.first]) {
            statement.raw_bind_parameter(place, number)?;
        }
        statement.raw_bind_parameter(5, append.stream().as_str())?;
        statement.raw_execute()
    })?;
    if changed == 0 {
        return Ok(None);
    }
    match insert(transaction, append, stream.key, first) {
        Err(Failed::Database(error)) if is_not_unique(&error) => {
            let back = "UPDATE factum_streams SET last = ?2 WHERE key = ?1";
            let mut back = transaction.connection.prepare_cached(back)?;
            row::one(back.execute([stream.key, stream.last])?)?;
            let known = earlier(transaction, append, stream)?;
            known.ok_or(Failed::Database(error)).map(Some)
        }
        outcome => outcome.map(Some),
    }
}

/// The revision of the batch's last event.
///
/// The largest number is left free, so that every revision has a next one.
fn last_of(append: &Append, first: i64) -> Result<i64, Refused> {
    let more = i64::try_from(append.events().len() - 1).unwrap_or(i64::MAX);
    first
        .checked_add(more)
        .filter(|last| *last < i64::MAX)
        .ok_or(too_many())
}

fn too_many() -> Refused {
    Refused::NumberTooLarge {
        what: "the revision",
        number: i64::MAX.unsigned_abs() + 1,
    }
}

fn insert(
    transaction: &Transaction<'_>,
    append: &Append,
    stream: i64,
    first: i64,
) -> Result<Appended, Failed> {
    let mut positions = Vec::with_capacity(append.events().len());
    transaction.with(
        "INSERT INTO factum_events (stream, recorded_at, revision, id, name, payload, idx, version, codec,
            tenant, metadata) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        |statement| {
            statement.raw_bind_parameter(1, stream)?;
            statement.raw_bind_parameter(2, transaction.now.as_microsecond())?;
            insert_each(transaction, statement, append.events(), first, &mut positions)
        },
    )?;
    transaction.stored(positions.last().copied());
    Ok(Appended {
        first: Revision::new(row::unsigned(1, first)?),
        positions,
        recorded_at: transaction.now,
        repeated: false,
    })
}

fn insert_each(
    transaction: &Transaction<'_>,
    statement: &mut Statement<'_>,
    events: &[NewEvent],
    first: i64,
    positions: &mut Vec<Position>,
) -> rusqlite::Result<()> {
    let mut before = None;
    for (event, revision) in events.iter().zip(first..) {
        statement.raw_bind_parameter(3, revision)?;
        statement.raw_bind_parameter(4, event.id.get().as_bytes())?;
        statement.raw_bind_parameter(5, &*event.name)?;
        statement.raw_bind_parameter(6, &*event.payload)?;
        // A value stays until another one is bound, and the events of a batch are mostly alike in these.
        if before.is_none_or(|before| !is_alike(before, event)) {
            statement.raw_bind_parameter(7, event.index)?;
            statement.raw_bind_parameter(8, event.version)?;
            statement.raw_bind_parameter(9, &*event.codec)?;
            statement.raw_bind_parameter(10, event.tenant.as_deref())?;
            statement.raw_bind_parameter(11, &*event.metadata)?;
        }
        before = Some(event);
        match statement.raw_execute() {
            Ok(changed) => row::one(changed)?,
            Err(error) => {
                if is_not_unique(&error) {
                    take_back(transaction, positions)?;
                }
                return Err(error);
            }
        }
        let position = transaction.connection.last_insert_rowid();
        positions.push(Position::new(row::unsigned(0, position)?));
    }
    Ok(())
}

/// Deletes what was inserted of a batch before one of its events was refused, as if its positions had never been
/// given out: the transaction goes on, for others too. That costs less than a savepoint, which every batch would
/// pay for.
fn take_back(transaction: &Transaction<'_>, positions: &[Position]) -> rusqlite::Result<()> {
    let Some(first) = positions.first() else {
        return Ok(());
    };
    let before = first.get().cast_signed() - 1;
    for sql in [
        "DELETE FROM factum_events WHERE position > ?1",
        "UPDATE sqlite_sequence SET seq = ?1 WHERE name = 'factum_events'",
    ] {
        transaction
            .connection
            .prepare_cached(sql)?
            .execute([before])?;
    }
    Ok(())
}

fn is_alike(a: &NewEvent, b: &NewEvent) -> bool {
    (a.index, a.version, &a.codec) == (b.index, b.version, &b.codec)
        && a.tenant == b.tenant
        && a.metadata == b.metadata
}

/// Where an earlier attempt stored this batch; `None` if none of its ids is in the stream.
fn earlier(
    transaction: &Transaction<'_>,
    append: &Append,
    stream: Stream,
) -> Result<Option<Appended>, Failed> {
    let places = places(transaction, append, stream)?;
    let known: Vec<_> = places
        .iter()
        .map(|place| place.map(|place| place.known))
        .collect();
    let Some(first) = append.repetition(&known)? else {
        return Ok(None);
    };
    let places = places.into_iter().flatten();
    let recorded_at = places
        .clone()
        .next()
        .map_or(transaction.now, |place| place.recorded_at);
    let positions = places.map(|place| place.position).collect();
    Ok(Some(Appended {
        first,
        positions,
        recorded_at,
        repeated: true,
    }))
}

/// What the stream holds under the id of each event.
fn places(
    transaction: &Transaction<'_>,
    append: &Append,
    stream: Stream,
) -> rusqlite::Result<Vec<Option<Place>>> {
    let mut statement = transaction.connection.prepare_cached(
        "SELECT position, recorded_at, revision,
            name = ?3 AND version = ?4 AND codec = ?5 AND payload = ?6
         FROM factum_events WHERE stream = ?1 AND id = ?2",
    )?;
    let place = |event: &NewEvent| {
        let NewEvent {
            id,
            name,
            version,
            codec,
            payload,
            ..
        } = event;
        let id = id.get();
        let values = params![
            stream.key,
            id.as_bytes(),
            &**name,
            version,
            &**codec,
            &**payload
        ];
        statement.query_row(values, Place::read).optional()
    };
    append.events().iter().map(place).collect()
}

#[derive(Clone, Copy)]
struct Place {
    position: Position,
    recorded_at: Timestamp,
    known: Known,
}

impl Place {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            position: Position::new(row::number(row, 0)?),
            recorded_at: row::time(row, 1)?,
            known: Known {
                revision: Revision::new(row::number(row, 2)?),
                equal: row.get(3)?,
            },
        })
    }
}

fn is_not_unique(error: &Error) -> bool {
    error
        .sqlite_error()
        .is_some_and(|error| error.extended_code == ffi::SQLITE_CONSTRAINT_UNIQUE)
}
