//! A group in one statement, as far as its batches find what they expect: whatever is not plain to see is left to the
//! schema's `append`, which judges each batch by itself.

use std::collections::HashSet;
use std::sync::Arc;

use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::append::{Columns, appended, code, column};
use super::errors::Failed;
use super::payload::Payloads;
use super::pool::Connection;
use super::schema::{one, within};
use super::value::{Time, unsigned};
use crate::error::{BoxError, Unavailable};
use crate::place::{Expected, Revision};
use crate::store::{Append, Appended};
use jiff::Timestamp;

/// The statements, one for each mixture of expectations.
#[derive(Debug)]
pub(super) struct Together {
    one_event: Vec<Arc<str>>,
    one: Vec<Arc<str>>,
    many: Vec<Arc<str>>,
}

/// What is expected of streams, a bit for each.
const EVENTS: usize = 1;
const NO_EVENTS: usize = 2;
const ANYTHING: usize = 4;

impl Together {
    /// If an index keeps a stream's ids apart; else somebody has to look for them first.
    pub(super) async fn found(
        connection: &Connection,
        payloads: Payloads,
    ) -> Result<Option<Self>, Unavailable> {
        let schema = connection.schema();
        let ask = format!("SELECT apart FROM {schema}.head");
        let failed = |failed: Failed| failed.unavailable();
        let rows = connection.ask(&ask, &[]).await.map_err(failed)?;
        let is_apart: bool = one(&rows).map_err(failed)?;
        let of = |group: &Sql| -> Vec<Arc<str>> {
            let mixtures = 1..=EVENTS | NO_EVENTS | ANYTHING;
            let statement = |mixture| statement(schema, payloads, mixture, group).into();
            mixtures.map(statement).collect()
        };
        Ok(is_apart.then(|| Self {
            one_event: of(&ONE_EVENT),
            one: of(&ONE),
            many: of(&MANY),
        }))
    }

    /// The statement for these batches, if no two of them are of one stream.
    pub(super) fn of<'a>(&'a self, batches: &[&'a Append]) -> Option<Group<'a>> {
        let are_apart = || {
            let mut seen = HashSet::with_capacity(batches.len());
            batches.iter().all(|batch| seen.insert(batch.stream()))
        };
        if batches.len() > 1 && !are_apart() {
            return None;
        }
        let mixture = batches.iter().fold(0, |mixture, batch| {
            mixture
                | match batch.expected() {
                    Expected::Revision(_) | Expected::Exists => EVENTS,
                    Expected::NoStream => NO_EVENTS,
                    Expected::Any => ANYTHING,
                }
        });
        let statements = match batches {
            [batch] if batch.events().len() == 1 => &self.one_event,
            [_] => &self.one,
            _ => &self.many,
        };
        let mut group = Group {
            statement: statements.get(mixture.checked_sub(1)?)?,
            names: Vec::with_capacity(batches.len()),
            expected: Vec::with_capacity(batches.len()),
            counts: Vec::with_capacity(batches.len()),
            batches: Vec::new(),
            places: Vec::new(),
            events: Columns::default(),
        };
        for (number, batch) in (1..).zip(batches) {
            group.add(number, batch);
        }
        Some(group)
    }
}

/// A statement and its values, column by column.
pub(super) struct Group<'a> {
    pub(super) statement: &'a Arc<str>,
    names: Vec<&'a str>,
    expected: Vec<i64>,
    counts: Vec<i64>,
    /// Which batch each event is of, and its place in that.
    batches: Vec<i64>,
    places: Vec<i64>,
    events: Columns<'a>,
}

impl<'a> Group<'a> {
    fn add(&mut self, number: i64, batch: &'a Append) {
        self.names.push(batch.stream().as_str());
        self.expected.push(code(batch.expected()));
        for (place, event) in (1..).zip(batch.events()) {
            self.batches.push(number);
            self.places.push(place);
            self.events.add(event);
        }
        self.counts
            .push(i64::try_from(batch.events().len()).unwrap_or(i64::MAX));
    }

    pub(super) fn values<'s>(&'s self, now: &'s Time) -> Vec<&'s (dyn ToSql + Sync)> {
        let of_one = self.names.len() == 1;
        let of_one_event = of_one && self.places.len() == 1;
        let of_batches = [
            now,
            column(&self.names, of_one),
            column(&self.expected, of_one),
            column(&self.counts, of_one),
            column(&self.batches, of_one_event),
            column(&self.places, of_one_event),
        ];
        let of_events = self.events.values(of_one_event);
        of_batches.into_iter().chain(of_events).collect()
    }
}

/// What was stored of these batches, in their order.
pub(super) fn stored(
    batches: &[&Append],
    rows: &[Row],
    now: Timestamp,
) -> Result<Vec<Option<Appended>>, Failed> {
    let mut stored = vec![None; batches.len()];
    for row in rows {
        let (at, appended) = read(batches, row, now).map_err(Failed::damaged)?;
        stored[at] = Some(appended);
    }
    Ok(stored)
}

fn read(batches: &[&Append], row: &Row, now: Timestamp) -> Result<(usize, Appended), BoxError> {
    let at = usize::try_from(row.try_get::<_, i64>(0)? - 1)?;
    let batch = batches
        .get(at)
        .ok_or("an answer to a batch that was not sent")?;
    let first = Revision::new(unsigned(row.try_get(1)?)?);
    Ok((at, appended(batch, first, unsigned(row.try_get(2)?)?, now)))
}

/// How batches stand in a statement.
struct Sql {
    batches: &'static str,
    /// How many events there are up to the end of each batch, and in all.
    up_to: &'static str,
    last: &'static str,
    are_events_arrays: bool,
}

const MANY: Sql = Sql {
    batches: "unnest($2::text[], $3::bigint[], $4::bigint[]) WITH ORDINALITY AS b (name, expected, count, n)",
    up_to: "(sum(w.count) OVER (ROWS UNBOUNDED PRECEDING))::bigint",
    last: "max(before + count)",
    are_events_arrays: true,
};

/// The same for a single one, in fewer steps: it waits for nobody, and so for each of them.
const ONE: Sql = Sql {
    batches: "(SELECT $2::text AS name, $3::bigint AS expected, $4::bigint AS count, 1::bigint AS n) b",
    up_to: "w.count",
    last: "before + count",
    are_events_arrays: true,
};

/// And for a single event, as most commands record one: an array is a plan's step, and its own memory.
const ONE_EVENT: Sql = Sql {
    are_events_arrays: false,
    ..ONE
};

/// The events of a statement, behind what it has of batches.
fn events(payload: &str, are_arrays: bool) -> String {
    let columns = [
        ("batch", "bigint"),
        ("place", "bigint"),
        ("id", "uuid"),
        ("idx", "bigint"),
        ("version", "integer"),
        ("name", "text"),
        ("codec", "text"),
        ("tenant", "text"),
        ("payload", payload),
        ("metadata", "bytea"),
    ];
    let all = |write: &dyn Fn(i32, &str, &str) -> String| {
        let columns = (5..).zip(columns);
        let written = columns.map(|(number, (name, of))| write(number, name, of));
        written.collect::<Vec<_>>().join(", ")
    };
    if are_arrays {
        let arrays = all(&|number, _, of| format!("${number}::{of}[]"));
        let names = all(&|_, name, _| name.to_owned());
        return format!("unnest({arrays}) AS e ({names})");
    }
    let values = all(&|number, name, of| format!("${number}::{of} AS {name}"));
    format!("(SELECT {values}) e")
}

/// What stores each batch whose expectation is met, and says which.
///
/// - The head's lock is taken before any row of a stream is looked at for writing, and held until the commit: a row that
///   another process has changed meanwhile is judged as it is then.
/// - One that was made meanwhile, or that an id which is known already stands in the way of, is not judged here: what
///   comes back says nothing of such a batch, or the index of ids refuses all of them.
fn statement(schema: &str, payloads: Payloads, mixture: usize, group: &Sql) -> String {
    let keys = within(schema, "stream_keys");
    // The largest revision is one less than the largest number.
    let fits = "9223372036854775806";
    let Sql {
        batches: batch,
        up_to,
        last,
        are_events_arrays,
    } = group;
    let events = events(payloads.sql(), *are_events_arrays);
    let begun = |expected: &str, condition: &str| {
        format!(
            "INSERT INTO {schema}.streams AS s (key, name, first, last)
             SELECT nextval({keys}), b.name, 0, b.count - 1 FROM head h, {batch} WHERE b.expected = {expected}
             ON CONFLICT (name) DO UPDATE SET last = s.last + EXCLUDED.last + 1
             WHERE {condition} s.last < {fits} - EXCLUDED.last
             RETURNING s.key, s.name, s.last"
        )
    };
    let placed = |part: &str| {
        format!(
            "SELECT s.key, s.name, s.last, b.n, b.count, h.position FROM head h, {part} s JOIN {batch} ON b.name = s.name"
        )
    };
    let parts = [
        (
            EVENTS,
            "lengthened",
            format!(
                "UPDATE {schema}.streams s SET last = s.last + b.count FROM head h, {batch}
                 WHERE s.name = b.name AND s.first <= s.last AND b.expected IN (s.last, -2) AND s.last <= {fits} - b.count
                 RETURNING s.key, s.name, s.last, b.n, b.count, h.position"
            ),
            "SELECT * FROM lengthened".to_owned(),
        ),
        (
            NO_EVENTS,
            "begun",
            begun("-1", "s.first > s.last AND"),
            placed("begun"),
        ),
        (ANYTHING, "either", begun("-3", ""), placed("either")),
    ];
    let parts = || parts.iter().filter(|(bit, ..)| mixture & bit != 0);
    let written: Vec<String> = parts()
        .map(|(_, name, write, _)| format!("{name} AS ({write})"))
        .collect();
    let placed: Vec<&str> = parts().map(|(.., placed)| &**placed).collect();
    format!(
        "WITH head AS MATERIALIZED (
            SELECT position FROM {schema}.head WHERE apart FOR UPDATE
        ), {written}, placed AS MATERIALIZED (
            SELECT w.key, w.name, w.n, w.count, w.last - w.count AS last,
                w.position + {up_to} - w.count AS before
            FROM ({placed}) w
        ), stored AS (
            INSERT INTO {schema}.events (position, stream, revision, recorded_at, category,
                id, idx, version, name, codec, tenant, payload, metadata)
            SELECT p.before + e.place, p.key, p.last + e.place, $1::timestamptz, split_part(p.name, '-', 1),
                e.id, e.idx, e.version, e.name, e.codec, e.tenant, e.payload, e.metadata
            FROM {events} JOIN placed p ON p.n = e.batch
        ), moved AS (
            UPDATE {schema}.head h SET position = p.last
            FROM (SELECT {last} AS last FROM placed) p WHERE p.last IS NOT NULL
        )
        SELECT n, last + 1, before + 1 FROM placed",
        written = written.join(", "),
        placed = placed.join(" UNION ALL "),
    )
}
