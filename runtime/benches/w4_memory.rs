//! W4: load, decide, append one event on the memory store, encoded as on any other.

use std::sync::Arc;
use std::thread;

use factum::{Command, Context, Handle, IntoEvents, Memory, Repository};
use serde::{Deserialize, Serialize};
use tokio::runtime::Runtime;

use crate::account::{Account, AccountEvent, AccountId, Overdrawn, balance_after};
use crate::ratio::{Bench, Goal, Outcome, Round, Workload};
use crate::raw;
use crate::w1_command::all;

const COMMANDS: usize = 200_000;

#[derive(Command, Serialize, Deserialize, Clone, Debug)]
#[command(aggregate = Account, id = account)]
struct Next {
    account: AccountId,
    number: usize,
}

impl Handle<Next> for Account {
    type Error = Overdrawn;

    fn handle(&self, next: &Next, _: &Context) -> Result<impl IntoEvents<AccountEvent>, Overdrawn> {
        self.decide(next.number)
    }
}

/// What a round does.
#[derive(Clone, Copy)]
struct Work {
    tasks: usize,
    /// Otherwise each command reads and folds what there is.
    cached: bool,
    /// By way of `execute`, not of `update`.
    as_data: bool,
}

impl Work {
    /// How many events each account gets: tasks go round their accounts, 1,000 or as many as short streams need.
    fn life(self) -> usize {
        if self.cached {
            COMMANDS / self.tasks / 1000
        } else {
            4
        }
    }

    fn turns(self, task: usize) -> impl Iterator<Item = (AccountId, usize)> {
        let commands = COMMANDS / self.tasks;
        let accounts = commands / self.life();
        let id = move |step: usize| AccountId((task * 1_000_000 + step % accounts) as u64);
        (0..commands).map(move |step| (id(step), step / accounts))
    }

    /// All accounts as the work leaves them.
    fn last(self) -> impl Iterator<Item = AccountId> {
        let last =
            move |(id, number): &(AccountId, usize)| number + 1 == self.life() && id.0 % 100 == 0;
        (0..self.tasks).flat_map(move |task| self.turns(task).filter(last).map(|(id, _)| id))
    }
}

pub(crate) fn run(bench: &mut Bench) -> Outcome<()> {
    for (name, tasks, cached, as_data) in [
        ("W4 command in memory, 1 task, replaying", 1, false, false),
        ("W4 command in memory, 2 tasks, replaying", 2, false, false),
        ("W4 command in memory, 1 task, cached", 1, true, false),
        (
            "W4 command in memory, 1 task, cached, as data",
            1,
            true,
            true,
        ),
        ("W4 command in memory, 2 tasks, cached", 2, true, false),
    ] {
        let workload = Workload {
            name,
            unit: "commands",
            rounds: 9,
            goal: Goal::Rate(1e6),
        };
        let work = Work {
            tasks,
            cached,
            as_data,
        };
        bench.pair(&workload, || ours(work), || by_hand(work))?;
    }
    Ok(())
}

fn ours(work: Work) -> Outcome<Round> {
    let runtime = Runtime::new()?;
    let accounts = Repository::<Account, _>::new(Memory::new());
    let accounts = accounts.cache(if work.cached { 4000 } else { 0 });
    let (round, ()) = Round::timed(COMMANDS, || {
        runtime.block_on(all(work.tasks, |task| {
            let accounts = accounts.clone();
            async move {
                for (account, number) in work.turns(task) {
                    let done = if work.as_data {
                        accounts.execute(Next { account, number }).await?
                    } else {
                        let decide = |account: &Account| account.decide(number);
                        accounts.update(&account, decide).await?
                    };
                    assert_eq!(done.events.len(), 1);
                }
                Ok(())
            }
        }))
    })?;
    for id in work.last() {
        let loaded = runtime.block_on(accounts.load(&id))?;
        assert_eq!(loaded.state.balance, balance_after(work.life()));
    }
    Ok(round)
}

fn by_hand(work: Work) -> Outcome<Round> {
    let accounts = Arc::new(raw::Memory::new(work.cached));
    let (round, ()) = Round::timed(COMMANDS, || {
        let tasks: Vec<_> = (0..work.tasks)
            .map(|task| {
                let accounts = Arc::clone(&accounts);
                let run = move |(id, number)| accounts.command(id, number);
                thread::spawn(move || work.turns(task).try_for_each(run))
            })
            .collect();
        tasks
            .into_iter()
            .try_for_each(|task| task.join().map_err(|_| "a task panicked")?)
    })?;
    for id in work.last() {
        let (account, _) = accounts.load(&raw::stream(id))?;
        assert_eq!(account.balance, balance_after(work.life()));
    }
    Ok(round)
}
