//! What a process does in a round: tasks that all begin at once, by the store or by hand.

use std::ops::RangeInclusive;
use std::sync::Arc;

use factum::store::Read;
use factum::{Postgres, Repository, Store};
use tokio::runtime::Runtime;

use super::children;
use super::raw::{Accounts, Scheme};
use super::read;
use crate::account::{Account, AccountId, balance_after};
use crate::ratio::{Outcome, Round};
use crate::raw;
use crate::w1_command::{all, turn};
use crate::{w3_catch_up, w5_append};

/// The connections of the store, one of which appends.
const CONNECTIONS: usize = 8;

/// What there is to be read: so many accounts, and of each so many events where one is loaded, or all are followed.
pub(super) const ACCOUNTS: usize = 1000;
pub(super) const LOADED: usize = 100;
pub(super) const FOLLOWED: usize = 20;

/// A step that no round gets to, which leaves its own accounts behind.
const BEFORE: usize = 10_000_000;

/// What a task does in each of its steps.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Carries out a command on an account that it reads and folds first.
    Command,
    /// The same on one whose state is kept.
    CachedCommand,
    /// Loads an account.
    Load,
    /// Reads and decodes all there is.
    Follow,
    /// Appends a batch.
    Append,
}

impl Step {
    pub(super) const ALL: [Self; 5] = [
        Self::Command,
        Self::CachedCommand,
        Self::Load,
        Self::Follow,
        Self::Append,
    ];

    const fn operations(self) -> usize {
        match self {
            Self::Command | Self::CachedCommand => 1,
            Self::Load => LOADED,
            Self::Follow => ACCOUNTS * FOLLOWED,
            Self::Append => w5_append::EVENTS,
        }
    }
}

#[derive(Clone, Copy)]
pub(super) struct Work {
    /// The first of its tasks, by number.
    pub(super) first: usize,
    pub(super) tasks: usize,
    /// How many each task takes.
    pub(super) steps: usize,
    pub(super) step: Step,
    /// By hand, in this way.
    pub(super) raw: Option<Scheme>,
}

impl Work {
    pub(super) const fn operations(self) -> usize {
        self.tasks * self.steps * self.step.operations()
    }

    /// A round of it in each of so many processes.
    pub(super) fn round(self, url: &str, processes: usize) -> Outcome<Round> {
        if processes > 1 {
            return children::round(url, processes, self);
        }
        let runtime = Runtime::new()?;
        let ready = runtime.block_on(Ready::new(url, self))?;
        let (round, ()) = Round::timed(self.operations(), || runtime.block_on(ready.go()))?;
        Ok(round)
    }

    /// The account that is loaded in a step: another one each time.
    fn account(self, task: usize, step: usize) -> AccountId {
        AccountId((((self.first + task) * self.steps + step) % ACCOUNTS) as u64)
    }

    /// The batch that is appended in a step, each task's to an account of its own.
    fn batch(self, task: usize, step: usize) -> usize {
        match step {
            BEFORE => (BEFORE + self.first + task) * w5_append::BATCHES_OF_EACH,
            step => (self.first + task) * w5_append::BATCHES_OF_EACH + step,
        }
    }
}

/// Connected, and not begun: each task has taken a step, so that what it needs is open and planned.
pub(super) struct Ready {
    by: By,
    work: Work,
}

#[derive(Clone)]
enum By {
    Store(Repository<Account, Postgres>),
    Hand(Arc<Accounts>),
}

impl Ready {
    pub(super) async fn new(url: &str, work: Work) -> Outcome<Self> {
        let cached = work.step == Step::CachedCommand;
        let by = if let Some(scheme) = work.raw {
            let readers = work.tasks.min(CONNECTIONS - 1);
            By::Hand(Accounts::open(url, scheme, readers, cached).await?)
        } else {
            let builder = Postgres::builder(url).connections(CONNECTIONS);
            let accounts = Repository::new(builder.open().await?);
            By::Store(if cached { accounts } else { accounts.cache(0) })
        };
        let ready = Self { by, work };
        ready.take(BEFORE..=BEFORE).await?;
        Ok(ready)
    }

    pub(super) async fn go(&self) -> Outcome<()> {
        self.take(0..=self.work.steps - 1).await
    }

    async fn take(&self, steps: RangeInclusive<usize>) -> Outcome<()> {
        let work = self.work;
        all(work.tasks, |task| {
            let (by, steps) = (self.by.clone(), steps.clone());
            async move {
                for step in steps {
                    match &by {
                        By::Store(accounts) => by_store(accounts, work, task, step).await?,
                        By::Hand(accounts) => by_hand(accounts, work, task, step).await?,
                    }
                }
                Ok(())
            }
        })
        .await
    }
}

async fn by_store(
    accounts: &Repository<Account, Postgres>,
    work: Work,
    task: usize,
    step: usize,
) -> Outcome<()> {
    match work.step {
        Step::Command | Step::CachedCommand => {
            let (id, number) = turn(work.first + task, step);
            let done = accounts.update(&id, |account| account.decide(number));
            assert_eq!(done.await?.state.balance, balance_after(number + 1));
        }
        Step::Load => {
            let loaded = accounts.load(&work.account(task, step)).await?;
            assert_eq!(loaded.state.balance, balance_after(LOADED));
        }
        // A connection for each task.
        Step::Follow if step == BEFORE => {
            accounts.store().read(Read::all(None).limit(1)).await?;
        }
        Step::Follow => {
            let sums = w3_catch_up::summed(accounts.store().clone()).await?;
            sums.check(balance_after(FOLLOWED));
        }
        Step::Append => {
            let append = w5_append::by_store(work.batch(task, step))?;
            let stored = accounts.store().append(append).await?;
            assert_eq!(stored.positions.len(), w5_append::EVENTS);
        }
    }
    Ok(())
}

async fn by_hand(accounts: &Accounts, work: Work, task: usize, step: usize) -> Outcome<()> {
    match work.step {
        Step::Command | Step::CachedCommand => {
            let (id, number) = turn(work.first + task, step);
            let (account, _) = accounts.command(task, id, number).await?;
            assert_eq!(account.balance, balance_after(number + 1));
        }
        Step::Load => {
            let stream = raw::stream(work.account(task, step));
            let (account, _) = accounts.session(task).load(&stream).await?;
            assert_eq!(account.balance, balance_after(LOADED));
        }
        Step::Follow if step == BEFORE => {}
        Step::Follow => {
            let sums = read::summed(accounts.session(task), true).await?;
            sums.check(balance_after(FOLLOWED));
        }
        Step::Append => {
            let stored = accounts.store(w5_append::by_hand(work.batch(task, step))?);
            assert!(stored.await?.position > 0);
        }
    }
    Ok(())
}
