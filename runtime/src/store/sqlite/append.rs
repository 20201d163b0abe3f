//! One append inside of a transaction: its ids, what it expects, its rows.

use rusqlite::{Error, OptionalExtension, Row, ffi, params};

use super::errors::{Failed, damaged};
use super::row;
use super::writer::{Transaction, Work};
use crate::error::{Conflict, Refused};
use crate::place::{Position, Revision};
use crate::store::{Append, Appended, NewEvent};
use crate::stream::StreamName;

/// A stream as the file knows it.
#[derive(Clone, Copy)]
pub(super) struct Known {
    pub(super) key: i64,
    pub(super) first: i64,
    pub(super) last: i64,
}

impl Known {
    /// The last revision that has an event; none after a delete.
    pub(super) fn actual(self) -> rusqlite::Result<Option<Revision>> {
        if self.first > self.last {
            Ok(None)
        } else {
            row::unsigned(2, self.last).map(|last| Some(Revision::new(last)))
        }
    }
}

pub(super) fn find(
    connection: &rusqlite::Connection,
    name: &StreamName,
) -> rusqlite::Result<Option<Known>> {
    connection
        .prepare_cached("SELECT key, first, last FROM factum_streams WHERE name = ?1")?
        .query_row([name.as_str()], |row| {
            Ok(Known {
                key: row.get(0)?,
                first: row.get(1)?,
                last: row.get(2)?,
            })
        })
        .optional()
}

impl Work for Append {
    type Output = Appended;

    fn bytes(&self) -> usize {
        self.events()
            .iter()
            .map(|event| event.payload.len() + event.metadata.len())
            .sum()
    }

    /// Stores the batch, or says where it is, or what is there instead.
    ///
    /// Ids come before what is expected. Yet a batch that meets its expectation is nearly always fresh: it
    /// is inserted at once, and only where the unique index objects are its ids looked up.
    fn run(&self, transaction: &Transaction<'_>) -> Result<Appended, Failed> {
        let known = find(transaction.connection, self.stream())?;
        let actual = known.map(Known::actual).transpose()?.flatten();
        if !self.expected().met_by(actual) {
            let earlier = known
                .map(|known| earlier(transaction, self, known))
                .transpose()?
                .flatten();
            return earlier.ok_or_else(|| {
                let (stream, expected) = (self.stream().clone(), self.expected());
                Conflict {
                    stream,
                    expected,
                    actual,
                }
                .into()
            });
        }
        let Some(known) = known else {
            return create(transaction, self);
        };
        match extend(transaction, self, known) {
            Err(Failed::Database(error)) if is_not_unique(&error) => {
                earlier(transaction, self, known)?.ok_or(Failed::Database(error))
            }
            outcome => outcome,
        }
    }
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
    insert(transaction, append, key, 0)
}

fn extend(
    transaction: &Transaction<'_>,
    append: &Append,
    known: Known,
) -> Result<Appended, Failed> {
    let first = known.last.checked_add(1).ok_or(too_many())?;
    let last = last_of(append, first)?;
    // A single insert that fails has done nothing; of several, those before it have to be taken back.
    let appended = if append.events().len() == 1 {
        insert(transaction, append, known.key, first)?
    } else {
        transaction.savepoint(|| insert(transaction, append, known.key, first))?
    };
    let changed = transaction
        .connection
        .prepare_cached("UPDATE factum_streams SET last = ?2 WHERE key = ?1")?
        .execute([known.key, last])?;
    row::one(changed)?;
    Ok(appended)
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
    let recorded_at = transaction.now.as_microsecond();
    let mut statement = transaction.connection.prepare_cached(
        "INSERT INTO factum_events (stream, revision, idx, id, name, version, codec, tenant,
            recorded_at, metadata, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    let mut positions = Vec::with_capacity(append.events().len());
    for (revision, event) in (first..).zip(append.events()) {
        let position = statement.insert(params![
            stream,
            revision,
            event.index,
            event.id.get().as_bytes(),
            &*event.name,
            event.version,
            &*event.codec,
            event.tenant.as_deref(),
            recorded_at,
            &*event.metadata,
            &*event.payload,
        ])?;
        positions.push(Position::new(row::unsigned(0, position)?));
    }
    transaction.stored(positions.last().copied());
    Ok(Appended {
        first: Revision::new(row::unsigned(1, first)?),
        positions,
        recorded_at: transaction.now,
        repeated: false,
    })
}

/// Where an earlier attempt stored this batch; `None` if none of its ids is in the stream.
fn earlier(
    transaction: &Transaction<'_>,
    append: &Append,
    known: Known,
) -> Result<Option<Appended>, Failed> {
    let mut statement = transaction.connection.prepare_cached(
        "SELECT position, revision, recorded_at, name = ?3 AND version = ?4 AND codec = ?5 AND payload = ?6
         FROM factum_events WHERE stream = ?1 AND id = ?2",
    )?;
    let mut places = Vec::with_capacity(append.events().len());
    for event in append.events() {
        let NewEvent {
            id,
            name,
            version,
            codec,
            payload,
            ..
        } = event;
        let bytes = id.get();
        let place = statement
            .query_row(
                params![
                    known.key,
                    bytes.as_bytes(),
                    &**name,
                    version,
                    &**codec,
                    &**payload
                ],
                Place::read,
            )
            .optional()?;
        if place.as_ref().is_some_and(|place| !place.equal) {
            return Err(Refused::IdWithOtherContent {
                stream: append.stream().clone(),
                id: *id,
            }
            .into());
        }
        places.push(place);
    }
    let Some(first_known) = places.iter().position(Option::is_some) else {
        return Ok(None);
    };
    let whole: Option<Vec<Place>> = places.into_iter().collect();
    match whole {
        Some(places) if contiguous(&places) => Ok(appended(&places)),
        _ => Err(Refused::PartlyStored {
            stream: append.stream().clone(),
            id: append.events()[first_known].id,
        }
        .into()),
    }
}

struct Place {
    position: Position,
    revision: Revision,
    recorded_at: jiff::Timestamp,
    equal: bool,
}

impl Place {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            position: Position::new(row::unsigned(0, row.get(0)?)?),
            revision: Revision::new(row::unsigned(1, row.get(1)?)?),
            recorded_at: jiff::Timestamp::from_microsecond(row.get(2)?)
                .map_err(|error| damaged(2, error))?,
            equal: row.get(3)?,
        })
    }
}

fn contiguous(places: &[Place]) -> bool {
    places
        .windows(2)
        .all(|pair| pair[0].revision.next() == pair[1].revision)
}

fn appended(places: &[Place]) -> Option<Appended> {
    places.first().map(|first| Appended {
        first: first.revision,
        positions: places.iter().map(|place| place.position).collect(),
        recorded_at: first.recorded_at,
        repeated: true,
    })
}

fn is_not_unique(error: &Error) -> bool {
    error
        .sqlite_error()
        .is_some_and(|error| error.extended_code == ffi::SQLITE_CONSTRAINT_UNIQUE)
}
