//! W2: fold streams into states, with nothing cached.

use std::path::Path;

use factum::{Repository, Sqlite, Store};
use tokio::runtime::Runtime;

use crate::account::{Account, AccountId, balance_after};
use crate::files;
use crate::ratio::{Bench, Goal, Outcome, Round, Workload};
use crate::raw;

/// What is read in a round.
pub(crate) const EVENTS: usize = 100_000;

pub(crate) fn run(bench: &mut Bench) -> Outcome<()> {
    for (name, accounts, events) in [
        ("W2 rehydrate, 1,000 × 100", 1000, 100),
        ("W2 rehydrate, 1 × 10,000", 1, 10_000),
    ] {
        let workload = Workload {
            name,
            unit: "events",
            rounds: 21,
            goal: Goal::Ratio(0.8),
        };
        if !bench.wants(name) {
            continue;
        }
        let directory = files::directory()?;
        let path = directory.path().join("bank.db");
        raw::filled(&path, accounts, events)?;
        bench.pair(
            &workload,
            || ours(&path, accounts, events),
            || twin(&path, accounts, events),
        )?;
    }
    Ok(())
}

fn ours(path: &Path, accounts: u64, events: usize) -> Outcome<Round> {
    let runtime = Runtime::new()?;
    let store = runtime.block_on(Sqlite::open(path))?;
    // The twin's connection is open too.
    runtime.block_on(store.head())?;
    rehydrated(&runtime, store, accounts, events)
}

/// Loads each account of a store.
pub(crate) fn rehydrated(
    runtime: &Runtime,
    store: impl Store,
    accounts: u64,
    events: usize,
) -> Outcome<Round> {
    let repository = Repository::<Account, _>::new(store).cache(0);
    let (round, ()) = Round::timed(EVENTS, || {
        runtime.block_on(async {
            for number in loads(accounts, events) {
                let loaded = repository.load(&AccountId(number)).await?;
                assert_eq!(loaded.state.balance, balance_after(events));
            }
            Ok(())
        })
    })?;
    Ok(round)
}

fn twin(path: &Path, accounts: u64, events: usize) -> Outcome<Round> {
    let connection = raw::open(path)?;
    let (round, ()) = Round::timed(EVENTS, || {
        for number in loads(accounts, events) {
            let (account, _) = raw::load(&connection, &raw::stream(AccountId(number)))?;
            assert_eq!(account.balance, balance_after(events));
        }
        Ok(())
    })?;
    Ok(round)
}

/// The accounts that are loaded in a round, one after the other, and from the first one on again.
pub(crate) fn loads(accounts: u64, events: usize) -> impl Iterator<Item = u64> {
    (0..accounts).cycle().take(EVENTS / events)
}
