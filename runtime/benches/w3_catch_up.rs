//! W3: 200,000 events in global order into a sum for each account.

use std::collections::HashMap;
use std::path::Path;

use factum::store::Read;
use factum::{EventId, Position, Revision, Sqlite, Store, Subscription, Timestamp, Uuid};
use tokio::runtime::Runtime;

use crate::account::{Account, balance_after};
use crate::files;
use crate::ratio::{Bench, Goal, Outcome, Round, Workload};
use crate::raw;

pub(crate) const ACCOUNTS: u64 = 1000;
pub(crate) const EVENTS_OF_EACH: usize = 200;
pub(crate) const EVENTS: usize = 200_000;

pub(crate) fn run(bench: &mut Bench) -> Outcome<()> {
    let workload = |name| Workload {
        name,
        unit: "events",
        rounds: 11,
        goal: Goal::Ratio(0.8),
    };
    let scan = workload("W3 catch-up of 200,000, plain scan");
    let typed = workload("W3 catch-up of 200,000, typed subscription");
    if !bench.wants(scan.name) && !bench.wants(typed.name) {
        return Ok(());
    }
    let directory = files::directory()?;
    let path = directory.path().join("bank.db");
    raw::filled(&path, ACCOUNTS, EVENTS_OF_EACH)?;
    bench.pair(&scan, || ours_scanned(&path), || raw_scanned(&path))?;
    bench.pair(&typed, || ours_typed(&path), || raw_typed(&path))
}

/// The read model: a sum for each account, and a mark that every field of every envelope went into.
#[derive(Default)]
pub(crate) struct Sums {
    of: HashMap<String, i64>,
    mark: u64,
}

impl Sums {
    pub(crate) fn add(&mut self, stream: &str, amount: i64) {
        match self.of.get_mut(stream) {
            Some(sum) => *sum += amount,
            None => drop(self.of.insert(stream.to_owned(), amount)),
        }
    }

    pub(crate) fn mark(&mut self, number: u64) {
        self.mark = self.mark.wrapping_add(number);
    }

    pub(crate) fn envelope(
        &mut self,
        id: EventId,
        revision: Revision,
        position: Position,
        version: u16,
        at: Timestamp,
    ) {
        self.mark(id.get().as_u64_pair().1);
        self.mark(revision.get());
        self.mark(position.get());
        self.mark(version.into());
        self.mark(at.as_microsecond().unsigned_abs());
    }

    /// Each account has the same sum, and each position was seen once.
    pub(crate) fn check(&self, sum: i64) {
        assert_eq!(self.of.len(), 1000);
        assert!(self.of.values().all(|one| *one == sum));
        assert!(self.mark > 0);
    }
}

/// What the payloads of one account add up to in bytes.
pub(crate) fn bytes_of_each() -> Outcome<i64> {
    let bytes = (0..EVENTS_OF_EACH).map(|number| raw::payload(&crate::account::event(number)));
    let bytes = bytes.map(|payload| payload.map(|payload| payload.len()));
    Ok(i64::try_from(bytes.sum::<Outcome<usize>>()?)?)
}

fn ours_scanned(path: &Path) -> Outcome<Round> {
    let runtime = Runtime::new()?;
    let store = runtime.block_on(Sqlite::open(path))?;
    scanned(&runtime, &store)
}

/// Reads every envelope of a store.
pub(crate) fn scanned(runtime: &Runtime, store: &impl Store) -> Outcome<Round> {
    let (round, sums) = Round::timed(EVENTS, || {
        runtime.block_on(async {
            let mut sums = Sums::default();
            let mut next = Some(Read::all(None));
            while let Some(read) = next {
                let page = store.read(read).await?;
                for event in page.iter() {
                    sums.add(event.stream, i64::try_from(event.payload.len())?);
                    sums.envelope(
                        event.id,
                        event.revision,
                        event.position,
                        event.version,
                        event.recorded_at,
                    );
                    sums.mark(u64::from(event.index));
                    for text in [event.name, event.codec, event.tenant.unwrap_or_default()] {
                        sums.mark(text.len() as u64);
                    }
                    sums.mark(event.metadata.len() as u64);
                }
                next = page.next();
            }
            Ok(sums)
        })
    })?;
    sums.check(bytes_of_each()?);
    Ok(round)
}

fn raw_scanned(path: &Path) -> Outcome<Round> {
    raw_round(path, bytes_of_each()?, |sums, row| {
        sums.add(row.stream, i64::try_from(row.payload.len())?);
        sums.mark(u64::try_from(row.index)?);
        for text in [row.name, row.codec, row.tenant.unwrap_or_default()] {
            sums.mark(text.len() as u64);
        }
        sums.mark(row.metadata.len() as u64);
        Ok(())
    })
}

fn ours_typed(path: &Path) -> Outcome<Round> {
    let runtime = Runtime::new()?;
    let store = runtime.block_on(Sqlite::open(path))?;
    typed(&runtime, store)
}

/// Has every event of a store decoded.
pub(crate) fn typed(runtime: &Runtime, store: impl Store + Clone) -> Outcome<Round> {
    let (round, sums) = Round::timed(EVENTS, || runtime.block_on(summed(store)))?;
    sums.check(balance_after(EVENTS_OF_EACH));
    Ok(round)
}

pub(crate) async fn summed(store: impl Store + Clone) -> Outcome<Sums> {
    let mut sums = Sums::default();
    let mut events = Subscription::aggregate::<Account>(store);
    while let Some(batch) = events.catch_up().await? {
        for recorded in &batch {
            let recorded = recorded?;
            sums.add(recorded.stream.as_str(), raw::cents(&recorded.event));
            sums.envelope(
                recorded.id,
                recorded.revision,
                recorded.position,
                recorded.version,
                recorded.recorded_at,
            );
        }
    }
    Ok(sums)
}

fn raw_typed(path: &Path) -> Outcome<Round> {
    raw_round(path, balance_after(EVENTS_OF_EACH), |sums, row| {
        if row.codec != "json" {
            return Err("another codec".into());
        }
        let event = raw::decode(row.name, row.version, row.payload)?;
        sums.add(row.stream, raw::cents(&event));
        sums.mark(row.metadata.len() as u64);
        Ok(())
    })
}

fn raw_round(
    path: &Path,
    sum: i64,
    mut each: impl FnMut(&mut Sums, raw::Row<'_>) -> Outcome<()>,
) -> Outcome<Round> {
    let connection = raw::open(path)?;
    let (round, sums) = Round::timed(EVENTS, || {
        let mut sums = Sums::default();
        let (mut names, mut after) = (raw::Names::new(), -1);
        while let Some(last) = raw::page(&connection, &mut names, after, |row| {
            sums.envelope(
                EventId::new(Uuid::from_slice(row.id)?),
                Revision::new(u64::try_from(row.revision)?),
                Position::new(u64::try_from(row.position)?),
                row.version,
                Timestamp::from_microsecond(row.recorded_at)?,
            );
            each(&mut sums, row)
        })? {
            after = last;
        }
        Ok(sums)
    })?;
    sums.check(sum);
    Ok(round)
}
