//! Many who change one counter at the same time, each by what it sees there.

use std::collections::HashSet;
use std::convert::Infallible;
use std::path::PathBuf;
use std::time::Duration;

use factum::testing::Faulty;
use factum::{ExecuteError, Repository, Retry, Store};
use serde::{Deserialize, Serialize};

use super::tally::Tally;
use crate::clock::TestClock;
use crate::domain::{Added, Counter};
use crate::ledger::{Row, Verdict, stored};

const ERRORS: &str = "errors";
const SECOND: &str = "second winners";
const LEFT_OUT: &str = "versions left out";
const STALE: &str = "decided on an old state";
const REAL_TIME: &str = "out of real time";
const LOST: &str = "lost";
const UNHEARD: &str = "stored and not acknowledged";

/// The counter.
const HOT: &str = "hot";

/// How long those who add go on when others are first.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// Nobody gives up.
    Endless,
    /// That of a repository that is not told otherwise.
    Default,
}

impl Patience {
    fn retry(self) -> Retry {
        match self {
            Self::Default => Retry::default(),
            Self::Endless => Retry::default()
                .attempts(u32::MAX)
                .delays(Duration::from_millis(1), Duration::from_millis(10)),
        }
    }
}

/// Those who change it, in one process.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Adders {
    /// The number of the first one; no two of a test have the same.
    pub first: u64,
    /// How many.
    pub count: u64,
    /// How often each of them adds.
    pub additions: u64,
    /// When they give up.
    pub patience: Patience,
    /// Where it is counted what came before what.
    pub tally: PathBuf,
}

/// An addition as it was acknowledged.
#[derive(Serialize, Deserialize, Debug)]
pub struct Win {
    row: Row,
    /// How many additions the state behind it has.
    additions: u64,
    /// What was counted when it was asked for.
    asked: u64,
    /// What it was counted as once it was acknowledged.
    acknowledged: u64,
}

/// All that was acknowledged, and how often somebody else was first.
#[derive(Serialize, Deserialize, Debug, Default)]
pub struct Wins {
    /// What was acknowledged.
    pub wins: Vec<Win>,
    /// How many appends met a conflict.
    pub conflicts: usize,
    /// How many additions were given up, because others were always first.
    pub exhausted: usize,
    /// What went wrong instead.
    pub errors: Vec<String>,
}

impl Adders {
    /// Lets all of them add, through one repository.
    pub async fn run<S: Store + Clone>(&self, store: S, clock: TestClock) -> Wins {
        let store = Faulty::new(store);
        let counters = Repository::<Counter, _>::new(store.clone())
            .retry(self.patience.retry())
            .clock(clock.clone());
        let tasks: Vec<_> = (self.first..self.first + self.count)
            .map(|writer| {
                let adder = Adder {
                    counters: counters.clone(),
                    clock: clock.clone(),
                    tally: Tally::open(&self.tally),
                    writer,
                };
                tokio::spawn(adder.add(self.additions))
            })
            .collect();
        let mut all = Wins::default();
        for task in tasks {
            all.extend(task.await.unwrap());
        }
        all.conflicts = store.appends() - all.wins.len() - all.errors.len();
        all
    }
}

struct Adder<S> {
    counters: Repository<Counter, S>,
    clock: TestClock,
    tally: Tally,
    writer: u64,
}

impl<S: Store> Adder<S> {
    async fn add(mut self, additions: u64) -> Wins {
        let (hot, writer) = (HOT.to_owned(), self.writer);
        let mut all = Wins::default();
        for number in 0..additions {
            let asked = self.tally.now();
            let done = self.counters.update(&hot, |counter| {
                Ok::<_, Infallible>(Added {
                    writer,
                    number,
                    amount: counter.additions,
                })
            });
            let done = match done.await {
                Ok(done) => done,
                Err(ExecuteError::RetriesExhausted(_)) => {
                    all.exhausted += 1;
                    continue;
                }
                Err(error) => {
                    all.errors
                        .push(format!("adder {writer}, addition {number}: {error}"));
                    continue;
                }
            };
            let acknowledged = self.tally.count();
            let [event] = &done.events[..] else {
                panic!("{done:?}")
            };
            assert!(!done.repeated);
            assert!(
                self.clock.has_said(event.recorded_at),
                "another time was recorded: {event:?}"
            );
            all.wins.push(Win {
                row: Row::from(event),
                additions: done.state.additions,
                asked,
                acknowledged,
            });
        }
        all
    }
}

impl Wins {
    /// Takes in what was acknowledged in another process.
    pub fn extend(&mut self, other: Self) {
        self.wins.extend(other.wins);
        self.conflicts += other.conflicts;
        self.exhausted += other.exhausted;
        self.errors.extend(other.errors);
    }

    /// One winner per version, none left out, each by the newest state, what came first first, and all of it stored.
    pub async fn judge(&mut self, store: &impl Store) -> Verdict {
        let mut verdict = Verdict::on([ERRORS, SECOND, LEFT_OUT, STALE, REAL_TIME, LOST, UNHEARD]);
        for error in &self.errors {
            verdict.found(ERRORS, error);
        }
        self.wins.sort_by_key(|win| win.row.revision);
        let mut next = 0;
        for win in &self.wins {
            if win.row.revision != next {
                verdict.found(
                    if win.row.revision < next {
                        SECOND
                    } else {
                        LEFT_OUT
                    },
                    format_args!("{next} was to be {win:?}"),
                );
            }
            next = win.row.revision + 1;
            if (win.row.added().amount, win.additions) != (win.row.revision, next) {
                verdict.found(STALE, format_args!("{win:?}"));
            }
        }
        self.judge_time(&mut verdict);
        let stored = stored(store).await;
        let stored: HashSet<_> = stored.iter().collect();
        let told: HashSet<_> = self.wins.iter().map(|win| &win.row).collect();
        for lost in told.difference(&stored) {
            verdict.found(LOST, lost);
        }
        for unheard in stored.difference(&told) {
            verdict.found(UNHEARD, unheard);
        }
        verdict
    }

    /// Whatever was acknowledged before another one was asked for has the lower revision and the lower position.
    fn judge_time(&self, verdict: &mut Verdict) {
        let mut earliest: Option<&Win> = None;
        for win in self.wins.iter().rev() {
            if let Some(later) = earliest.filter(|later| later.acknowledged <= win.asked) {
                verdict.found(
                    REAL_TIME,
                    format_args!("{later:?} was acknowledged before {win:?} was asked for"),
                );
            }
            earliest = earliest
                .into_iter()
                .chain([win])
                .min_by_key(|win| win.acknowledged);
        }
        for pair in self
            .wins
            .windows(2)
            .filter(|pair| pair[0].row.position >= pair[1].row.position)
        {
            verdict.found(
                REAL_TIME,
                format_args!("positions do not follow revisions: {pair:?}"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use factum::{Timestamp, Uuid};

    use super::*;

    fn win(revision: u64, asked: u64, acknowledged: u64) -> Win {
        let row = Row {
            id: Uuid::nil(),
            stream: HOT.to_owned(),
            revision,
            position: revision + 1,
            recorded_at: Timestamp::UNIX_EPOCH,
            name: String::new(),
            codec: String::new(),
            tenant: None,
            payload: String::new(),
        };
        Win {
            row,
            additions: revision + 1,
            asked,
            acknowledged,
        }
    }

    /// No planted bug is known that does this, so the wins are made up.
    #[test]
    fn a_version_that_overtakes_an_earlier_one_is_found() {
        let judge = |wins: [Win; 3]| {
            let mut verdict = Verdict::on([REAL_TIME]);
            let wins = Wins {
                wins: wins.into(),
                ..Wins::default()
            };
            wins.judge_time(&mut verdict);
            verdict.to_string()
        };
        let overlapping = [win(0, 0, 3), win(1, 0, 1), win(2, 1, 2)];
        assert_eq!(judge(overlapping), "0 out of real time");
        let overtaken = [win(0, 0, 1), win(1, 3, 4), win(2, 0, 3)];
        assert_eq!(judge(overtaken), "1 out of real time");
    }
}
