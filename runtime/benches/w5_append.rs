//! W5: append 100,000 events in batches of 100, each of which expects a revision.

use std::borrow::Cow;

use factum::store::{Append, NewEvent};
use factum::{Clock, EventId, EventSet, Ids, Revision, Sqlite, Store, StreamName};
use factum::{SystemClock, UuidV7};
use tokio::runtime::Runtime;

use crate::account::{AccountEvent, AccountId, event};
use crate::files;
use crate::ratio::{Bench, Goal, Outcome, Round, Workload};
use crate::raw::{self, Batch, NewRow, Writer};

pub(crate) const BATCHES: usize = 1000;
pub(crate) const EVENTS: usize = 100;
/// So many batches go to one stream before the next.
pub(crate) const BATCHES_OF_EACH: usize = 100;

pub(crate) fn run(bench: &mut Bench) -> Outcome<()> {
    // An import has nothing else to do meanwhile, as its twin.
    let name = "W5 append of 100,000, batches of 100";
    let not_blocking = "W5 append of 100,000, batches of 100, not `blocking`";
    for (name, blocking, goal) in [
        (name, true, Goal::Ratio(0.9)),
        (not_blocking, false, Goal::None),
    ] {
        let workload = Workload {
            name,
            unit: "events",
            rounds: 9,
            goal,
        };
        bench.pair(&workload, || ours(blocking), twin)?;
    }
    Ok(())
}

/// Which account's turn it is, and with how many events before.
fn turn(batch: usize) -> (AccountId, usize) {
    let account = batch / BATCHES_OF_EACH;
    (AccountId(account as u64), batch % BATCHES_OF_EACH * EVENTS)
}

fn events(before: usize) -> impl Iterator<Item = AccountEvent> {
    (before..before + EVENTS).map(event)
}

fn ours(blocking: bool) -> Outcome<Round> {
    let directory = files::directory()?;
    let runtime = Runtime::new()?;
    let builder = Sqlite::builder(directory.path().join("bank.db")).blocking(blocking);
    let store = runtime.block_on(builder.open())?;
    appended(&runtime, &store)
}

/// Appends them to a store.
pub(crate) fn appended(runtime: &Runtime, store: &impl Store) -> Outcome<Round> {
    let (round, last) = Round::timed(BATCHES * EVENTS, || {
        runtime.block_on(async {
            let mut last = None;
            for batch in 0..BATCHES {
                last = store.append(by_store(batch)?).await?.positions.pop();
            }
            Ok(last)
        })
    })?;
    assert_eq!(last.map(factum::Position::get), Some(100_000));
    Ok(round)
}

/// A batch for a store.
pub(crate) fn by_store(batch: usize) -> Outcome<Append> {
    let (account, before) = turn(batch);
    let expected = before.checked_sub(1).map(|last| Revision::new(last as u64));
    let stream: StreamName = raw::stream(account).parse()?;
    Ok(Append::new(stream, expected.into(), encoded(before)?)?)
}

fn encoded(before: usize) -> Outcome<Vec<NewEvent>> {
    let metadata = bytes::Bytes::from(raw::metadata()?);
    events(before)
        .map(|event| {
            Ok(NewEvent {
                id: EventId::new(UuidV7.fresh()),
                name: Cow::Borrowed(event.info().name),
                version: 1,
                index: 0,
                codec: Cow::Borrowed("json"),
                payload: raw::payload(&event)?.into(),
                metadata: metadata.clone(),
                tenant: None,
            })
        })
        .collect()
}

fn twin() -> Outcome<Round> {
    let directory = files::directory()?;
    let connection = raw::create(&directory.path().join("bank.db"))?;
    let mut writer = Writer::new(&connection)?;
    let (round, last) = Round::timed(BATCHES * EVENTS, || {
        let mut last = None;
        for batch in 0..BATCHES {
            let batch = by_hand(batch)?;
            last = writer
                .group(&[batch], SystemClock.now().as_microsecond())?
                .pop()
                .flatten();
        }
        Ok(last)
    })?;
    assert_eq!(last.map(|stored| stored.position), Some(100_000));
    Ok(round)
}

/// A batch for a twin.
pub(crate) fn by_hand(batch: usize) -> Outcome<Batch> {
    let (account, before) = turn(batch);
    Ok(Batch {
        stream: raw::stream(account),
        expected: before.checked_sub(1).map(i64::try_from).transpose()?,
        metadata: raw::metadata()?,
        events: rows(before)?,
    })
}

fn rows(before: usize) -> Outcome<Vec<NewRow>> {
    events(before)
        .map(|event| {
            Ok(NewRow {
                id: UuidV7.fresh(),
                name: event.info().name,
                payload: raw::payload(&event)?,
            })
        })
        .collect()
}
