//! W4: commands on the memory store, each with one event, encoded as on any other store.
//!
//! The twin keeps encoded rows in a map behind a mutex, with the same ids, times, payloads and metadata; it
//! knows nothing of other writers, cursors or ids that come twice.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use factum::{
    Aggregate, Apply, Command, Context, Event, Handle, IntoEvents, Memory, Repository, StreamId,
    Timestamp, Uuid,
};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.deposited")]
pub struct Deposited {
    cents: u64,
    reference: String,
    clerk: String,
}

#[derive(StreamId, Clone, Debug, PartialEq)]
pub struct AccountId(Uuid);

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "account", id = AccountId, events(Deposited))]
pub struct Account {
    cents: u64,
}

impl Apply<Deposited> for Account {
    fn apply(&mut self, event: &Deposited) {
        self.cents += event.cents;
    }
}

impl Account {
    /// Some 95 bytes as JSON.
    fn deposit(&self, cents: u64) -> Result<Deposited, &'static str> {
        if self.cents > 1 << 60 {
            return Err("full");
        }
        Ok(Deposited {
            cents,
            reference: "invoice 2026-000117, paid at till 3".to_owned(),
            clerk: "ada@lovelace.bank".to_owned(),
        })
    }
}

#[derive(Command, Serialize, Deserialize, Clone, Debug)]
#[command(aggregate = Account, id = account)]
pub struct Deposit {
    account: AccountId,
    cents: u64,
}

impl Handle<Deposit> for Account {
    type Error = &'static str;

    fn handle(
        &self,
        command: &Deposit,
        _: &Context,
    ) -> Result<impl IntoEvents<AccountEvent>, &'static str> {
        self.deposit(command.cents)
    }
}

/// What one round does.
#[derive(Clone, Copy)]
pub struct Work {
    pub name: &'static str,
    pub tasks: u128,
    pub commands: u128,
    /// Otherwise each command reads and folds what there is.
    pub cached: bool,
    /// As data, not as a closure.
    pub execute: bool,
}

impl Work {
    const fn new(name: &'static str, tasks: u128, cached: bool) -> Self {
        Self {
            name,
            tasks,
            commands: 200_000,
            cached,
            execute: false,
        }
    }

    /// How many events each account gets: a task's commands go round its accounts, 1,000 or as many as there are
    /// short streams.
    fn depth(self) -> u128 {
        let accounts = 1000;
        if self.cached {
            self.commands / self.tasks / accounts
        } else {
            4
        }
    }

    /// Each account of a task, and how much it is given next.
    fn deposits(self, task: u128) -> impl Iterator<Item = (AccountId, u64)> {
        let each = self.commands / self.tasks;
        let accounts = each / self.depth();
        (0..each).map(move |n| (account(task, n % accounts), 1))
    }
}

fn account(task: u128, number: u128) -> AccountId {
    AccountId(Uuid::from_u128(task << 64 | number))
}

pub const WORKS: [Work; 6] = [
    Work::new("cached-1", 1, true),
    Work {
        execute: true,
        ..Work::new("cached-1-execute", 1, true)
    },
    Work::new("cached-2", 2, true),
    Work::new("replaying-1", 1, false),
    Work {
        execute: true,
        ..Work::new("replaying-1-execute", 1, false)
    },
    Work::new("replaying-2", 2, false),
];

/// Runs the work through a repository.
pub fn ours(work: Work) -> Duration {
    let repository = Repository::<Account, _>::new(Memory::new()).verify_writes(false);
    let repository = Arc::new(repository.cache(if work.cached { 4000 } else { 0 }));
    let took = timed(work, {
        let repository = Arc::clone(&repository);
        move |task| {
            let runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = { runtime }.enable_time().build().unwrap();
            runtime.block_on(async {
                for (account, cents) in work.deposits(task) {
                    let done = if work.execute {
                        repository.execute(Deposit { account, cents }).await
                    } else {
                        repository
                            .update(&account, |account| account.deposit(cents))
                            .await
                    };
                    assert_eq!(done.unwrap().events.len(), 1);
                }
            });
        }
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let loaded = runtime
        .block_on(repository.load(&account(work.tasks - 1, 0)))
        .unwrap();
    assert_eq!(u128::from(loaded.state.cents), work.depth());
    took
}

fn timed(work: Work, task: impl Fn(u128) + Send + Sync) -> Duration {
    let started = Instant::now();
    if work.tasks == 1 {
        task(0);
    } else {
        let task = &task;
        thread::scope(|scope| {
            for number in 0..work.tasks {
                scope.spawn(move || task(number));
            }
        });
    }
    started.elapsed()
}

#[derive(Serialize)]
struct Metadata {
    correlation_id: Uuid,
    occurred_at: Timestamp,
}

#[expect(dead_code, reason = "what is written, whether read here or not")]
struct Row {
    id: Uuid,
    position: u64,
    name: &'static str,
    version: u16,
    recorded_at: Timestamp,
    payload: Vec<u8>,
    metadata: Vec<u8>,
}

#[derive(Default)]
struct Rows {
    streams: HashMap<String, Vec<Row>>,
    head: u64,
}

/// Runs the work by hand.
#[expect(
    clippy::disallowed_methods,
    reason = "by hand, there is no clock or source to ask"
)]
pub fn raw(work: Work) -> Duration {
    let rows = Mutex::new(Rows::default());
    let states = Mutex::new(HashMap::<String, (Account, usize)>::new());
    let took = timed(work, |task| {
        for (AccountId(account), cents) in work.deposits(task) {
            let stream = format!("account-{account}");
            let (mut state, revision) = if work.cached {
                states
                    .lock()
                    .unwrap()
                    .get(&stream)
                    .cloned()
                    .unwrap_or_default()
            } else {
                folded(&rows.lock().unwrap(), &stream)
            };
            let event = state.deposit(cents).unwrap();
            state.apply(&event);
            let metadata = Metadata {
                correlation_id: Uuid::now_v7(),
                occurred_at: Timestamp::now(),
            };
            let metadata = serde_json::to_vec(&metadata).unwrap();
            let payload = serde_json::to_vec(&event).unwrap();
            let mut rows = rows.lock().unwrap();
            rows.head += 1;
            let row = Row {
                id: Uuid::now_v7(),
                position: rows.head,
                name: "account.deposited",
                version: 1,
                recorded_at: Timestamp::now(),
                payload,
                metadata,
            };
            let events = rows.streams.entry(stream.clone()).or_default();
            assert_eq!(events.len(), revision);
            events.push(row);
            drop(rows);
            if work.cached {
                states.lock().unwrap().insert(stream, (state, revision + 1));
            }
        }
    });
    let AccountId(last) = account(work.tasks - 1, 0);
    let (state, _) = folded(&rows.lock().unwrap(), &format!("account-{last}"));
    assert_eq!(u128::from(state.cents), work.depth());
    took
}

fn folded(rows: &Rows, stream: &str) -> (Account, usize) {
    let mut state = Account::default();
    let Some(events) = rows.streams.get(stream) else {
        return (state, 0);
    };
    for row in events {
        state.apply(&serde_json::from_slice(&row.payload).unwrap());
    }
    (state, events.len())
}
