//! W1: load, decide, append one event, and wait until the server has it.

use std::ops::RangeInclusive;
use std::sync::Arc;

use factum::{Postgres, Repository};
use tokio::runtime::Runtime;

use super::raw::{Accounts, Scheme};
use super::{Server, children};
use crate::account::{Account, balance_after};
use crate::ratio::{Bench, Goal, Outcome, Round, Workload};
use crate::w1_command::{all, turn};

/// The connections of the store, one of which appends.
pub(super) const CONNECTIONS: usize = 8;

/// What is compared: the processes, and in each its tasks and the commands of each task.
#[derive(Clone, Copy)]
struct Case {
    name: &'static str,
    processes: usize,
    tasks: usize,
    commands: usize,
    cached: bool,
    /// What it is held against, and how it should compare.
    twin: Scheme,
    goal: f64,
}

const fn case(name: &'static str, processes: usize, tasks: usize, cached: bool) -> Case {
    Case {
        name,
        processes,
        tasks,
        commands: match tasks {
            1 => 500,
            16 => 250,
            _ => 150,
        },
        cached,
        twin: Scheme::Statement,
        goal: if tasks == 1 { 0.9 } else { 0.8 },
    }
}

const fn against_a_pipeline(case: Case) -> Case {
    Case {
        twin: Scheme::Pipeline,
        ..case
    }
}

const CASES: [Case; 10] = [
    case("W1 command on PostgreSQL, 1 task, replaying", 1, 1, false),
    case(
        "W1 command on PostgreSQL, 16 tasks, replaying",
        1,
        16,
        false,
    ),
    case(
        "W1 command on PostgreSQL, 64 tasks, replaying",
        1,
        64,
        false,
    ),
    case(
        "W1 command on PostgreSQL, 4 processes × 16 tasks, replaying",
        4,
        16,
        false,
    ),
    case("W1 command on PostgreSQL, 1 task, cached", 1, 1, true),
    case("W1 command on PostgreSQL, 16 tasks, cached", 1, 16, true),
    case("W1 command on PostgreSQL, 64 tasks, cached", 1, 64, true),
    case(
        "W1 command on PostgreSQL, 4 processes × 16 tasks, cached",
        4,
        16,
        true,
    ),
    against_a_pipeline(case(
        "W1 command on PostgreSQL, 16 tasks, cached, against a pipeline",
        1,
        16,
        true,
    )),
    against_a_pipeline(case(
        "W1 command on PostgreSQL, 4 processes × 16 tasks, cached, against a pipeline",
        4,
        16,
        true,
    )),
];

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    CASES.iter().map(|case| case.name)
}

/// What a process does in a round.
#[derive(Clone, Copy)]
pub(super) struct Work {
    /// The first of its tasks, by number.
    pub(super) first: usize,
    pub(super) tasks: usize,
    /// How many commands each task has.
    pub(super) commands: usize,
    /// Otherwise each command reads and folds what there is.
    pub(super) cached: bool,
    /// By hand, in this way.
    pub(super) raw: Option<Scheme>,
}

impl Work {
    pub(super) const fn operations(self) -> usize {
        self.tasks * self.commands
    }
}

pub(super) fn run(bench: &mut Bench, server: &Server) -> Outcome<()> {
    for case in CASES {
        let workload = Workload {
            name: case.name,
            unit: "commands",
            rounds: 9,
            goal: Goal::Ratio(case.goal),
        };
        let round = |raw| {
            let url = server.database()?;
            let work = Work {
                first: 0,
                tasks: case.tasks,
                commands: case.commands,
                cached: case.cached,
                raw,
            };
            match case.processes {
                1 => alone(&url, work),
                processes => children::round(&url, processes, work),
            }
        };
        bench.pair(&workload, || round(None), || round(Some(case.twin)))?;
    }
    Ok(())
}

/// All of it in this process.
fn alone(url: &str, work: Work) -> Outcome<Round> {
    let runtime = Runtime::new()?;
    let ready = runtime.block_on(Ready::new(url, work))?;
    let (round, ()) = Round::timed(work.operations(), || runtime.block_on(ready.go()))?;
    Ok(round)
}

/// A step that no round gets to, which leaves its own account behind.
const BEFORE: usize = 10_000_000;

/// Connected, and not begun: each task has carried out one command, so that what it needs is open and planned.
pub(super) enum Ready {
    Ours(Repository<Account, Postgres>, Work),
    Raw(Arc<Accounts>, Work),
}

impl Ready {
    pub(super) async fn new(url: &str, work: Work) -> Outcome<Self> {
        if let Some(scheme) = work.raw {
            let readers = work.tasks.min(CONNECTIONS - 1);
            let accounts = Accounts::open(url, scheme, readers, work.cached).await?;
            return Self::Raw(accounts, work).warm().await;
        }
        let store = Postgres::builder(url)
            .connections(CONNECTIONS)
            .open()
            .await?;
        let accounts = Repository::new(store);
        let accounts = if work.cached {
            accounts
        } else {
            accounts.cache(0)
        };
        Self::Ours(accounts, work).warm().await
    }

    async fn warm(self) -> Outcome<Self> {
        self.carry_out(BEFORE..=BEFORE).await?;
        Ok(self)
    }

    pub(super) async fn go(&self) -> Outcome<()> {
        let (Self::Ours(_, work) | Self::Raw(_, work)) = self;
        self.carry_out(0..=work.commands - 1).await
    }

    async fn carry_out(&self, steps: RangeInclusive<usize>) -> Outcome<()> {
        match self {
            Self::Ours(accounts, work) => {
                let work = *work;
                all(work.tasks, |task| {
                    let (accounts, steps) = (accounts.clone(), steps.clone());
                    async move {
                        for step in steps {
                            let (id, number) = turn(work.first + task, step);
                            let done = accounts
                                .update(&id, |account| account.decide(number))
                                .await?;
                            assert_eq!(done.state.balance, balance_after(number + 1));
                        }
                        Ok(())
                    }
                })
                .await
            }
            Self::Raw(accounts, work) => {
                let work = *work;
                all(work.tasks, |task| {
                    let (accounts, steps) = (Arc::clone(accounts), steps.clone());
                    async move {
                        for step in steps {
                            let (id, number) = turn(work.first + task, step);
                            let (account, _) = accounts.command(task, id, number).await?;
                            assert_eq!(account.balance, balance_after(number + 1));
                        }
                        Ok(())
                    }
                })
                .await
            }
        }
    }
}
