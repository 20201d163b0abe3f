//! W2 and W3: streams folded into states, and everything in global order.

use factum::store::Read;
use factum::{EventId, Position, Postgres, Revision, Store, Timestamp, Uuid};
use tokio::runtime::Runtime;

use super::Server;
use super::raw::{Scheme, Session, Time};
use crate::account::{AccountId, balance_after, event};
use crate::ratio::{Bench, Goal, Outcome, Round, Workload};
use crate::raw::{self, Batch, Names, NewRow};
use crate::w2_rehydrate;
use crate::w3_catch_up::{ACCOUNTS, EVENTS, EVENTS_OF_EACH, Sums, bytes_of_each, scanned, typed};

pub(super) const NAMES: [&str; 4] = [
    "W2 rehydrate on PostgreSQL, 1,000 × 100",
    "W2 rehydrate on PostgreSQL, 1 × 10,000",
    "W3 catch-up of 200,000 on PostgreSQL, plain scan",
    "W3 catch-up of 200,000 on PostgreSQL, typed subscription",
];

pub(super) fn run(bench: &mut Bench, server: &Server) -> Outcome<()> {
    let [many, one, plain, decoded] = NAMES;
    for (name, accounts, events) in [(many, 1000, 100), (one, 1, 10_000)] {
        if !bench.wants(name) {
            continue;
        }
        let url = filled(server, accounts, events)?;
        bench.pair(
            &workload(name, 0.9),
            || {
                let (runtime, store) = opened(&url)?;
                w2_rehydrate::rehydrated(&runtime, store, accounts, events)
            },
            || loaded(&url, accounts, events),
        )?;
    }
    if !bench.wants(plain) && !bench.wants(decoded) {
        return Ok(());
    }
    let url = filled(server, ACCOUNTS, EVENTS_OF_EACH)?;
    bench.pair(
        &workload(plain, 0.8),
        || {
            let (runtime, store) = opened(&url)?;
            scanned(&runtime, &store)
        },
        || paged(&url, false),
    )?;
    bench.pair(
        &workload(decoded, 0.8),
        || {
            let (runtime, store) = opened(&url)?;
            typed(&runtime, store)
        },
        || paged(&url, true),
    )
}

fn workload(name: &'static str, ratio: f64) -> Workload {
    Workload {
        name,
        unit: "events",
        rounds: 9,
        goal: Goal::Ratio(ratio),
    }
}

fn opened(url: &str) -> Outcome<(Runtime, Postgres)> {
    let runtime = Runtime::new()?;
    let store = runtime.block_on(Postgres::open(url))?;
    // The twin's connection has its statements too.
    let stream = raw::stream(AccountId(0)).parse()?;
    runtime.block_on(store.read(Read::stream(stream, None).bare().limit(1)))?;
    runtime.block_on(store.read(Read::all(None).limit(1)))?;
    Ok((runtime, store))
}

/// A database of so many accounts with so many events each, which take turns.
pub(super) fn filled(server: &Server, accounts: u64, events: usize) -> Outcome<String> {
    let url = server.database()?;
    Runtime::new()?.block_on(async {
        let session = Session::open(&url).await?;
        let metadata = raw::metadata()?;
        for number in 0..events {
            let payload = raw::payload(&event(number))?;
            let batches: Vec<Batch> = (0..accounts)
                .map(|account| Batch {
                    stream: raw::stream(AccountId(account)),
                    expected: number
                        .checked_sub(1)
                        .and_then(|last| i64::try_from(last).ok()),
                    metadata: metadata.clone(),
                    events: vec![NewRow {
                        id: Uuid::new_v4(),
                        name: factum::EventSet::info(&event(number)).name,
                        payload: payload.clone(),
                    }],
                })
                .collect();
            let batches: Vec<&Batch> = batches.iter().collect();
            session.append(Scheme::Statement, &batches).await?;
        }
        session.settle().await?;
        Ok(url)
    })
}

fn loaded(url: &str, accounts: u64, events: usize) -> Outcome<Round> {
    let runtime = Runtime::new()?;
    let session = runtime.block_on(Session::open(url))?;
    let (round, ()) = Round::timed(w2_rehydrate::EVENTS, || {
        runtime.block_on(async {
            for number in w2_rehydrate::loads(accounts, events) {
                let (account, _) = session.load(&raw::stream(AccountId(number))).await?;
                assert_eq!(account.balance, balance_after(events));
            }
            Ok(())
        })
    })?;
    Ok(round)
}

fn paged(url: &str, decodes: bool) -> Outcome<Round> {
    let runtime = Runtime::new()?;
    let session = runtime.block_on(Session::open(url))?;
    let (round, sums) = Round::timed(EVENTS, || runtime.block_on(summed(&session, decodes)))?;
    sums.check(if decodes {
        balance_after(EVENTS_OF_EACH)
    } else {
        bytes_of_each()?
    });
    Ok(round)
}

/// Reads every event, page by page.
pub(super) async fn summed(session: &Session, decodes: bool) -> Outcome<Sums> {
    let (mut sums, mut names, mut after) = (Sums::default(), Names::new(), 0_i64);
    loop {
        let rows = session.page(&mut names, after).await?;
        for row in &rows {
            after = row.try_get(0)?;
            let version = u16::try_from(row.try_get::<_, i32>(5)?)?;
            let Time(at) = row.try_get(8)?;
            sums.envelope(
                EventId::new(row.try_get(3)?),
                Revision::new(u64::try_from(row.try_get::<_, i64>(1)?)?),
                Position::new(u64::try_from(after)?),
                version,
                Timestamp::from_microsecond(at)?,
            );
            let [name, codec]: [&str; 2] = [row.try_get(4)?, row.try_get(6)?];
            let stream = names.get(&row.try_get(11)?).ok_or("no name")?;
            let (metadata, payload): (&[u8], &[u8]) = (row.try_get(9)?, row.try_get(10)?);
            sums.mark(metadata.len() as u64);
            if decodes {
                if codec != "json" {
                    return Err("another codec".into());
                }
                let event = raw::decode(name, version, payload)?;
                sums.add(stream, raw::cents(&event));
            } else {
                sums.add(stream, i64::try_from(payload.len())?);
                sums.mark(u64::try_from(row.try_get::<_, i64>(2)?)?);
                let tenant: Option<&str> = row.try_get(7)?;
                for text in [name, codec, tenant.unwrap_or_default()] {
                    sums.mark(text.len() as u64);
                }
            }
        }
        if rows.is_empty() {
            return Ok(sums);
        }
    }
}
