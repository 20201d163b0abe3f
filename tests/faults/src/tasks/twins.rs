//! Many who send the same command at the same time.

use std::collections::HashSet;
use std::sync::Arc;

use factum::{CommandId, ExecuteError, Refused, Repository, Retry, Store};
use serde::{Deserialize, Serialize};
use tokio::sync::Barrier;

use crate::clock::TestClock;
use crate::domain::{Add, Counter};
use crate::ledger::{Answer, Row, Verdict};

const ERRORS: &str = "errors";
const OTHER: &str = "different answers";
const AGAIN: &str = "carried out again";
const ACCEPTED: &str = "other commands accepted";
const LOST: &str = "lost";

/// How many counters the commands are for.
const COUNTERS: u64 = 4;

/// What they were answered, each of them, to one command.
#[derive(Serialize, Deserialize, Debug, Default)]
pub struct Answers {
    /// To the command; with it, whether it was carried out for another one.
    pub answers: Vec<(Answer, bool)>,
    /// Where there was no answer.
    pub errors: Vec<String>,
    /// How many sent another command by the same id and were refused.
    pub refused: usize,
    /// What the others of those were answered.
    pub accepted: Vec<String>,
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
                    let mut all = Answers::default();
                    match counters.execute(command(number)).await {
                        Ok(done) => all.answers.push((Answer::from(&done), done.repeated)),
                        Err(error) => all
                            .errors
                            .push(format!("twin {twin}, command {number}: {error}")),
                    }
                    if twin % 4 == 0 {
                        all.send_other(&counters, number).await;
                    }
                    all
                })
            })
            .collect();
        let mut all = Answers::default();
        for task in tasks {
            all.extend(task.await.unwrap());
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

impl Answers {
    /// Takes in what others were answered.
    pub fn extend(&mut self, other: Self) {
        self.answers.extend(other.answers);
        self.errors.extend(other.errors);
        self.refused += other.refused;
        self.accepted.extend(other.accepted);
    }

    /// Sends another command by the same id.
    async fn send_other<S: Store>(&mut self, counters: &Repository<Counter, S>, number: u64) {
        let other = Add {
            writer: 1,
            ..command(number)
        };
        match counters.execute(other).await {
            Err(ExecuteError::Refused(Refused::CommandWithOtherContent { .. })) => {
                self.refused += 1;
            }
            other => self.accepted.push(format!("command {number}: {other:?}")),
        }
    }
}

/// Each command, by its number, was carried out once, and everybody got its answer; that is all that is stored.
pub fn judge(all: &[Answers], stored: &[Row]) -> Verdict {
    let mut verdict = Verdict::on([ERRORS, OTHER, AGAIN, ACCEPTED, LOST]);
    let mut rows = HashSet::new();
    for (number, all) in all.iter().enumerate() {
        all.errors
            .iter()
            .for_each(|error| verdict.found(ERRORS, error));
        all.accepted
            .iter()
            .for_each(|accepted| verdict.found(ACCEPTED, accepted));
        let Some((first, _)) = all.answers.first() else {
            continue;
        };
        for (other, _) in all.answers.iter().filter(|(answer, _)| answer != first) {
            verdict.found(
                OTHER,
                format_args!("command {number} was answered {first:?}, and also {other:?}"),
            );
        }
        let carried_out = all.answers.iter().filter(|(_, repeated)| !repeated).count();
        if carried_out != 1 {
            verdict.found(
                AGAIN,
                format_args!(
                    "command {number} was carried out {carried_out} times, as was answered"
                ),
            );
        }
        rows.extend(&first.rows);
    }
    let there: HashSet<_> = stored.iter().collect();
    for row in rows.difference(&there) {
        verdict.found(LOST, format_args!("{row} was answered, and is not stored"));
    }
    for row in stored.iter().filter(|row| !rows.contains(row)) {
        verdict.found(
            AGAIN,
            format_args!("nobody was answered {row:?}, which is stored"),
        );
    }
    verdict
}
