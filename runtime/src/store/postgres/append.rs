//! Batches as arrays for one statement, and what came of each.

use std::collections::HashMap;

use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::errors::Failed;
use super::payload::Payload;
use super::value::{Time, unsigned};
use crate::error::{Conflict, Refused, StoreError};
use crate::place::{Expected, Position, Revision};
use crate::store::{Append, Appended, Known, NewEvent};
use crate::stream::StreamName;
use jiff::Timestamp;

/// A group of batches, column by column.
#[derive(Default)]
pub(super) struct Group<'a> {
    last_round: i32,
    streams: Vec<&'a str>,
    categories: Vec<&'a str>,
    expected: Vec<i64>,
    counts: Vec<i64>,
    rounds: Vec<i32>,
    batches: Vec<i64>,
    events: Columns<'a>,
}

/// Events, column by column.
#[derive(Default)]
pub(super) struct Columns<'a> {
    ids: Vec<Uuid>,
    indexes: Vec<i64>,
    versions: Vec<i32>,
    names: Vec<&'a str>,
    codecs: Vec<&'a str>,
    tenants: Vec<Option<&'a str>>,
    payloads: Vec<Payload<'a>>,
    metadata: Vec<&'a [u8]>,
}

impl<'a> Columns<'a> {
    pub(super) fn add(&mut self, event: &'a NewEvent) {
        self.ids.push(event.id.get());
        self.indexes.push(event.index.into());
        self.versions.push(event.version.into());
        self.names.push(&event.name);
        self.codecs.push(&event.codec);
        self.tenants.push(event.tenant.as_deref());
        self.payloads.push(Payload(&event.payload));
        self.metadata.push(&event.metadata);
    }

    /// As the statements take them, behind what they have of batches: arrays, or the one value that is in each.
    pub(super) fn values(&self, of_one: bool) -> [&(dyn ToSql + Sync); 8] {
        [
            column(&self.ids, of_one),
            column(&self.indexes, of_one),
            column(&self.versions, of_one),
            column(&self.names, of_one),
            column(&self.codecs, of_one),
            column(&self.tenants, of_one),
            column(&self.payloads, of_one),
            column(&self.metadata, of_one),
        ]
    }
}

/// A column as an array, or as the one value that it has.
pub(super) fn column<T>(values: &Vec<T>, of_one: bool) -> &(dyn ToSql + Sync)
where
    T: ToSql + Sync,
{
    match values.first() {
        Some(value) if of_one => value,
        _ => values,
    }
}

impl<'a> Group<'a> {
    pub(super) fn of(batches: impl IntoIterator<Item = &'a Append>) -> Self {
        let mut group = Self::default();
        // Batches of one stream come one after the other: each is judged by what those before it left.
        let mut rounds: HashMap<&StreamName, i32> = HashMap::new();
        for (batch, number) in batches.into_iter().zip(1..) {
            let round = rounds
                .entry(batch.stream())
                .and_modify(|round| *round += 1)
                .or_default();
            group.last_round = group.last_round.max(*round);
            group.rounds.push(*round);
            group.add(batch, number);
        }
        group
    }

    fn add(&mut self, batch: &'a Append, number: i64) {
        self.streams.push(batch.stream().as_str());
        self.categories.push(batch.stream().category());
        self.expected.push(code(batch.expected()));
        self.counts
            .push(i64::try_from(batch.events().len()).unwrap_or(i64::MAX));
        for event in batch.events() {
            self.batches.push(number);
            self.events.add(event);
        }
    }

    pub(super) fn values<'s>(&'s self, now: &'s Time) -> Vec<&'s (dyn ToSql + Sync)> {
        let of_batches: [&(dyn ToSql + Sync); 8] = [
            now,
            &self.last_round,
            &self.streams,
            &self.categories,
            &self.expected,
            &self.counts,
            &self.rounds,
            &self.batches,
        ];
        of_batches
            .into_iter()
            .chain(self.events.values(false))
            .collect()
    }
}

/// What is expected, as the schema's functions read it.
pub(super) fn code(expected: Expected) -> i64 {
    match expected {
        // `Append` refuses what is past the largest one.
        Expected::Revision(revision) => i64::try_from(revision.get()).unwrap_or(i64::MAX),
        Expected::NoStream => -1,
        Expected::Exists => -2,
        Expected::Any => -3,
    }
}

/// What the server says of one event or batch.
struct Said {
    event: Option<i64>,
    state: i32,
    revision: Option<i64>,
    position: Option<i64>,
    recorded_at: Option<Timestamp>,
}

/// The outcome of each batch, in order.
pub(super) fn outcomes(
    batches: &[&Append],
    rows: &[Row],
    now: Timestamp,
) -> Result<Vec<Result<Appended, StoreError>>, Failed> {
    let mut said: Vec<Vec<Said>> = batches.iter().map(|_| Vec::new()).collect();
    for row in rows {
        let (batch, one) = read(row).map_err(Failed::of)?;
        let batch = usize::try_from(batch - 1)
            .ok()
            .and_then(|at| said.get_mut(at));
        batch
            .ok_or_else(|| Failed::damaged("an answer to a batch that was not sent"))?
            .push(one);
    }
    let mut first_event = 1;
    let outcomes = batches.iter().zip(said).map(|(batch, said)| {
        let outcome = outcome(batch, &said, first_event, now).map_err(Failed::damaged);
        first_event += i64::try_from(batch.events().len()).unwrap_or(0);
        outcome
    });
    outcomes.collect()
}

fn read(row: &Row) -> Result<(i64, Said), tokio_postgres::Error> {
    let said = Said {
        event: row.try_get(1)?,
        state: row.try_get(2)?,
        revision: row.try_get(3)?,
        position: row.try_get(4)?,
        recorded_at: row.try_get::<_, Option<Time>>(5)?.map(|time| time.0),
    };
    Ok((row.try_get(0)?, said))
}

/// A batch that is stored from this revision and position on.
pub(super) fn appended(batch: &Append, first: Revision, position: u64, now: Timestamp) -> Appended {
    let positions = position..position + batch.events().len() as u64;
    Appended {
        first,
        positions: positions.map(Position::new).collect(),
        recorded_at: now,
        repeated: false,
    }
}

fn outcome(
    batch: &Append,
    said: &[Said],
    first_event: i64,
    now: Timestamp,
) -> Result<Result<Appended, StoreError>, crate::error::BoxError> {
    let one = said.first().ok_or("no answer to a batch")?;
    let revision = one.revision.map(unsigned).transpose()?.map(Revision::new);
    Ok(match one.state {
        0 => {
            let position = unsigned(one.position.ok_or("no position")?)?;
            Ok(appended(
                batch,
                revision.ok_or("no revision")?,
                position,
                now,
            ))
        }
        1 => Err(Conflict {
            stream: batch.stream().clone(),
            expected: batch.expected(),
            actual: revision,
        }
        .into()),
        4 => Err(Refused::NumberTooLarge {
            what: "the revision",
            number: i64::MAX.unsigned_abs() + 1,
        }
        .into()),
        _ => repeated(batch, said, first_event)?.map_err(StoreError::from),
    })
}

/// What the stream knows of the batch's ids.
fn repeated(
    batch: &Append,
    said: &[Said],
    first_event: i64,
) -> Result<Result<Appended, Refused>, crate::error::BoxError> {
    let mut known = vec![None; batch.events().len()];
    let mut positions = vec![Position::new(0); batch.events().len()];
    for said in said {
        let at = usize::try_from(said.event.ok_or("no event")? - first_event)?;
        let place = Known {
            revision: Revision::new(unsigned(said.revision.ok_or("no revision")?)?),
            equal: said.state == 2,
        };
        *known.get_mut(at).ok_or("an event that was not sent")? = Some(place);
        positions[at] = Position::new(unsigned(said.position.ok_or("no position")?)?);
    }
    let recorded_at = said
        .iter()
        .min_by_key(|said| said.event)
        .and_then(|said| said.recorded_at);
    let recorded_at = recorded_at.ok_or("no time")?;
    let first = match batch.repetition(&known) {
        Ok(first) => first.ok_or("an id that is known and is not")?,
        Err(refused) => return Ok(Err(refused)),
    };
    Ok(Ok(Appended {
        first,
        positions,
        recorded_at,
        repeated: true,
    }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::{Append, Group, NewEvent, Uuid};
    use crate::place::Expected;
    use crate::recorded::EventId;

    #[test]
    fn each_batch_of_a_stream_has_a_round_of_its_own() {
        let batches = ["a-1", "b-1", "a-1", "a-1", "b-1"].map(|stream| {
            let id = EventId::new(Uuid::from_u128(1));
            let event = NewEvent::json(id, "account.opened", "{}");
            Append::new(stream.parse().unwrap(), Expected::Any, vec![event]).unwrap()
        });
        let group = Group::of(&batches);
        assert_eq!(group.rounds, [0, 0, 1, 2, 1]);
        assert_eq!(group.last_round, 2);
    }
}
