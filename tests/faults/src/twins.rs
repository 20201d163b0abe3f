//! Many who send the same command at the same time.

use std::sync::Arc;

use factum::{CommandId, ExecuteError, Refused, Repository, Retry, Store};
use serde::{Deserialize, Serialize};
use tokio::sync::Barrier;

use crate::add::Add;
use crate::answer::Answer;
use crate::clock::TestClock;
use crate::domain::Counter;

/// How many counters the commands are for.
const COUNTERS: u64 = 4;

/// What they were answered, each of them, to one command.
#[derive(Serialize, Deserialize, Debug, Default)]
pub struct Answers {
    /// To the command.
    pub answers: Vec<Answer>,
    /// How many were told that the command was carried out for them.
    pub first: usize,
    /// How many, with the same id on another command, were refused.
    pub refused: usize,
}

/// Those who send, in one process.
#[derive(Debug)]
pub struct Twins<S> {
    counters: Vec<Repository<Counter, S>>,
}

impl<S: Store + Clone> Twins<S> {
    /// So many of them at one store. Half of them share a cache.
    pub fn new(count: usize, store: S, clock: &TestClock) -> Self {
        let counters = Repository::new(store)
            .clock(clock.clone())
            .retry(Retry::default().attempts(1000));
        let apart = |twin: usize| {
            if twin.is_multiple_of(2) {
                counters.clone()
            } else {
                counters.clone().cache(10)
            }
        };
        Self {
            counters: (0..count).map(apart).collect(),
        }
    }

    /// Sends the command with this number, by all at once; and every fourth sends another one by its id.
    pub async fn send(&self, number: u64) -> Answers {
        let start = Arc::new(Barrier::new(self.counters.len()));
        let tasks: Vec<_> = (0..)
            .zip(&self.counters)
            .map(|(twin, counters)| {
                let (counters, start) = (counters.clone(), Arc::clone(&start));
                tokio::spawn(async move {
                    start.wait().await;
                    let done = counters.execute(command(number)).await;
                    let done = done
                        .unwrap_or_else(|error| panic!("twin {twin}, command {number}: {error}"));
                    (
                        Answer::from(&done),
                        !done.repeated,
                        twin % 4 == 0 && is_refused(&counters, number).await,
                    )
                })
            })
            .collect();
        let mut all = Answers::default();
        for task in tasks {
            let (answer, first, refused) = task.await.unwrap();
            all.answers.push(answer);
            all.first += usize::from(first);
            all.refused += usize::from(refused);
        }
        all
    }
}

/// The command with this number: two events for one of some counters.
fn command(number: u64) -> Add {
    Add {
        counter: (number % COUNTERS).to_string(),
        writer: 0,
        number,
        times: 2,
        request: Some(CommandId::named(&format!("command {number}"))),
    }
}

/// Sends another command by the same id.
async fn is_refused<S: Store>(counters: &Repository<Counter, S>, number: u64) -> bool {
    let other = Add {
        writer: 1,
        ..command(number)
    };
    match counters.execute(other).await {
        Err(ExecuteError::Refused(Refused::CommandWithOtherContent { .. })) => true,
        other => panic!("the id of command {number} was good for another command: {other:?}"),
    }
}

impl Answers {
    /// Takes in what was answered in another process.
    pub fn extend(&mut self, other: Self) {
        self.answers.extend(other.answers);
        self.first += other.first;
        self.refused += other.refused;
    }

    /// The one answer that everybody got.
    pub fn one(&self, number: u64) -> &Answer {
        assert_eq!(
            self.first, 1,
            "command {number} was carried out for so many"
        );
        let first = &self.answers[0];
        for answer in &self.answers {
            assert_eq!(answer, first, "two answers to command {number}");
        }
        first
    }
}
