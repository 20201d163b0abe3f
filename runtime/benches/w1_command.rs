//! W1: load, decide, append one event, and wait until the disk has it.

use std::sync::Arc;

use factum::{Repository, Sqlite};
use tokio::runtime::Runtime;

use crate::account::{Account, AccountId, balance_after};
use crate::files;
use crate::ratio::{Bench, Goal, Outcome, Round, Workload};
use crate::raw::{self, Direct, Grouped};

/// How many events an account gets before its task goes on to the next: each command reads 10 on average.
const LIFE: usize = 20;

const COMMANDS: usize = 1000;
const TASKS: usize = 16;
const COMMANDS_OF_EACH: usize = 500;

pub(crate) fn run(bench: &mut Bench) -> Outcome<()> {
    for (cached, one, not_blocking, many) in [
        (
            false,
            "W1 command, 1 task, replaying",
            "W1 command, 1 task, replaying, not `blocking`",
            "W1 command, 16 tasks, replaying",
        ),
        (
            true,
            "W1 command, 1 task, cached",
            "W1 command, 1 task, cached, not `blocking`",
            "W1 command, 16 tasks, cached",
        ),
    ] {
        let workload = |name, goal| Workload {
            name,
            unit: "commands",
            rounds: 15,
            goal,
        };
        // One task alone is a program that has nothing else to do meanwhile, as its twin.
        for (name, blocking, goal) in [
            (one, true, Goal::Ratio(0.9)),
            (not_blocking, false, Goal::None),
        ] {
            bench.pair(
                &workload(name, goal),
                || ours(1, COMMANDS, cached, blocking),
                || direct(cached),
            )?;
        }
        bench.pair(
            &workload(many, Goal::Ratio(0.8)),
            || ours(TASKS, COMMANDS_OF_EACH, cached, false),
            || grouped(cached),
        )?;
    }
    Ok(())
}

/// Whose turn it is, and which event of the account's life.
pub(crate) fn turn(task: usize, step: usize) -> (AccountId, usize) {
    let account = task * 1_000_000 + step / LIFE;
    (AccountId(account as u64), step % LIFE)
}

fn ours(tasks: usize, commands: usize, cached: bool, blocking: bool) -> Outcome<Round> {
    let directory = files::directory()?;
    let runtime = Runtime::new()?;
    let builder = Sqlite::builder(directory.path().join("bank.db")).blocking(blocking);
    let store = runtime.block_on(builder.open())?;
    let accounts = Repository::<Account, _>::new(store);
    let accounts = if cached { accounts } else { accounts.cache(0) };
    let (round, ()) = Round::timed(tasks * commands, || {
        runtime.block_on(all(tasks, |task| {
            let accounts = accounts.clone();
            async move {
                for step in 0..commands {
                    let (id, number) = turn(task, step);
                    let done = accounts
                        .update(&id, |account| account.decide(number))
                        .await?;
                    assert_eq!(done.state.balance, balance_after(number + 1));
                }
                Ok(())
            }
        }))
    })?;
    Ok(round)
}

/// Runs so many tasks at once, to the end of each.
pub(crate) async fn all<T: Future<Output = Outcome<()>> + Send + 'static>(
    tasks: usize,
    task: impl Fn(usize) -> T,
) -> Outcome<()> {
    let running: Vec<_> = (0..tasks)
        .map(|number| tokio::spawn(task(number)))
        .collect();
    for task in running {
        task.await??;
    }
    Ok(())
}

fn direct(cached: bool) -> Outcome<Round> {
    let directory = files::directory()?;
    let connection = raw::create(&directory.path().join("bank.db"))?;
    let mut accounts = Direct::new(&connection, cached)?;
    let (round, ()) = Round::timed(COMMANDS, || {
        for step in 0..COMMANDS {
            let (id, number) = turn(0, step);
            let (account, _) = accounts.command(id, number)?;
            assert_eq!(account.balance, balance_after(number + 1));
        }
        Ok(())
    })?;
    Ok(round)
}

fn grouped(cached: bool) -> Outcome<Round> {
    let directory = files::directory()?;
    let runtime = Runtime::new()?;
    let accounts = Grouped::start(&directory.path().join("bank.db"), cached)?;
    let (round, ()) = Round::timed(TASKS * COMMANDS_OF_EACH, || {
        runtime.block_on(all(TASKS, |task| {
            let accounts = Arc::clone(&accounts);
            async move {
                for step in 0..COMMANDS_OF_EACH {
                    let (id, number) = turn(task, step);
                    let (account, _) = accounts.command(id, number).await?;
                    assert_eq!(account.balance, balance_after(number + 1));
                }
                Ok(())
            }
        }))
    })?;
    Ok(round)
}
