//! Many who change one counter at the same time, each by what it sees there.

use std::convert::Infallible;
use std::path::PathBuf;
use std::time::Duration;

use factum::testing::Faulty;
use factum::{Repository, Retry, Store};
use serde::{Deserialize, Serialize};

use crate::answer::stored;
use crate::clock::TestClock;
use crate::domain::{Added, Counter, CounterEvent};
use crate::tally::Tally;

/// The counter.
const HOT: &str = "hot";

/// Those who change it, in one process.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Adders {
    /// The number of the first one; no two of a test have the same.
    pub first: u64,
    /// How many.
    pub count: u64,
    /// How often each of them adds.
    pub additions: u64,
    /// Where it is counted what came before what.
    pub tally: PathBuf,
}

/// An addition as it was acknowledged.
#[derive(Serialize, Deserialize, Debug)]
pub struct Win {
    event: Added,
    revision: u64,
    position: u64,
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
}

impl Adders {
    /// Lets all of them add, through one repository. Nobody gives up.
    pub async fn run<S: Store + Clone>(&self, store: S, clock: TestClock) -> Wins {
        let store = Faulty::new(store);
        let retry = Retry::default()
            .attempts(u32::MAX)
            .delays(Duration::from_millis(1), Duration::from_millis(10));
        let counters = Repository::<Counter, _>::new(store.clone())
            .retry(retry)
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
            all.wins.extend(task.await.unwrap());
        }
        all.conflicts = store.appends() - all.wins.len();
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
    async fn add(mut self, additions: u64) -> Vec<Win> {
        let (hot, writer) = (HOT.to_owned(), self.writer);
        let mut wins = Vec::new();
        for number in 0..additions {
            let asked = self.tally.now();
            let done = self.counters.update(&hot, |counter| {
                Ok::<_, Infallible>(Added {
                    writer,
                    number,
                    amount: counter.additions,
                })
            });
            let done = done
                .await
                .unwrap_or_else(|error| panic!("adder {writer}, addition {number}: {error}"));
            let acknowledged = self.tally.count();
            let [event] = &done.events[..] else {
                panic!("{done:?}")
            };
            let CounterEvent::Added(added) = &event.event;
            assert!(!done.repeated);
            assert!(
                self.clock.has_said(event.recorded_at),
                "another time was recorded: {event:?}"
            );
            assert_eq!(
                done.state.additions,
                event.revision.get() + 1,
                "the state is of another revision: {done:?}"
            );
            wins.push(Win {
                event: added.clone(),
                revision: event.revision.get(),
                position: event.position.get(),
                asked,
                acknowledged,
            });
        }
        wins
    }
}

impl Wins {
    /// Takes in what was acknowledged in another process.
    pub fn extend(&mut self, other: Self) {
        self.wins.extend(other.wins);
        self.conflicts += other.conflicts;
    }

    /// One winner per version, none left out, what came first is first, and all of it is stored; what is to be said
    /// of it.
    pub async fn judge(mut self, store: &impl Store) -> String {
        self.wins.sort_by_key(|win| win.revision);
        for (revision, win) in (0..).zip(&self.wins) {
            assert_eq!(
                win.revision, revision,
                "not one winner per version: {win:?}"
            );
            assert_eq!(
                win.event.amount, revision,
                "decided on what was not the newest state: {win:?}"
            );
        }
        assert!(
            self.wins
                .is_sorted_by(|one, next| one.position < next.position),
            "positions do not follow revisions"
        );
        let mut earliest: Option<&Win> = None;
        for win in self.wins.iter().rev() {
            if let Some(later) = earliest.filter(|later| later.acknowledged <= win.asked) {
                panic!("not in real time: {later:?} was acknowledged before {win:?} was asked for");
            }
            earliest = earliest
                .into_iter()
                .chain([win])
                .min_by_key(|win| win.acknowledged);
        }
        self.judge_stored(store).await;
        "one winner per version, 0 lost, order of real time kept, 0 busy errors".to_owned()
    }

    async fn judge_stored(&self, store: &impl Store) {
        let stored = stored(store).await;
        let stored: Vec<_> = stored
            .iter()
            .map(|row| (&row.added, row.revision, row.position))
            .collect();
        let told: Vec<_> = self
            .wins
            .iter()
            .map(|win| (&win.event, win.revision, win.position))
            .collect();
        assert!(
            stored == told,
            "{} events are stored, {} were acknowledged",
            stored.len(),
            told.len()
        );
    }
}
