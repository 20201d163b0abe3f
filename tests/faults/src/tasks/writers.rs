//! Writers that append to streams of their own and to shared ones, and now and then expect what is not there.

use factum::store::{Append, Appended, NewEvent};
use factum::{Expected, Revision, Store, StoreError, StreamName, Uuid};
use serde::{Deserialize, Serialize};

use crate::domain::Added;
use crate::ledger::{Row, Told, encoded};

/// The names that events are stored under, in turns.
pub const NAMES: [&str; 2] = ["counter.added", "counter.noted"];

/// How many streams all writers share.
const SHARED: u64 = 3;

/// How many positions so many appends take at least. Each has one to five events, three on average with a variance of
/// two; six deviations fewer are there whatever the seed.
pub fn positions(appends: u64) -> u64 {
    (3 * appends).saturating_sub(6 * (2 * appends).isqrt())
}

/// Writers at one store.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Writers {
    /// The number of the first one; no two writers of a test have the same.
    pub first: u64,
    /// How many.
    pub count: u64,
    /// How many appends of each are acknowledged; those that are refused come on top.
    pub appends: u64,
    /// What their choices follow from.
    pub seed: u64,
}

impl Writers {
    /// Lets all of them write at the same time, and tells what they were told.
    pub async fn run<S: Store + Clone>(&self, store: &S) -> Told {
        let tasks: Vec<_> = (self.first..self.first + self.count)
            .map(|number| {
                let mut writer = Writer {
                    store: store.clone(),
                    number,
                    random: fastrand::Rng::with_seed(self.seed ^ number),
                    last: None,
                    told: Told::default(),
                };
                let appends = usize::try_from(self.appends).unwrap();
                tokio::spawn(async move {
                    let mut numbers = 0..;
                    while writer.told.batches.len() < appends {
                        writer.write(numbers.next().unwrap()).await;
                    }
                    writer.told
                })
            })
            .collect();
        let mut told = Told::default();
        for task in tasks {
            told.extend(task.await.unwrap());
        }
        told
    }
}

struct Writer<S> {
    store: S,
    number: u64,
    random: fastrand::Rng,
    /// The last revision of the writer's own stream.
    last: Option<Revision>,
    told: Told,
}

impl<S: Store> Writer<S> {
    /// Of ten appends, about one is refused, four go to the writer's own stream and five to a shared one.
    async fn write(&mut self, number: u64) {
        match self.random.u8(0..10) {
            0 => self.be_refused(number).await,
            1..5 => self.append_to_own(number).await,
            _ => {
                let stream = self.shared();
                self.append(number, stream, Expected::Any).await;
            }
        }
    }

    async fn append_to_own(&mut self, number: u64) {
        let appended = self
            .append(number, self.own(), Expected::from(self.last))
            .await;
        let first = self.last.map_or(Revision::FIRST, Revision::next);
        assert_eq!(
            appended.first, first,
            "writer {} alone writes to its stream",
            self.number
        );
        self.last = Some(Revision::new(
            first.get() + appended.positions.len() as u64 - 1,
        ));
    }

    async fn append(&mut self, number: u64, stream: StreamName, expected: Expected) -> Appended {
        let append = self.batch(number, stream, expected);
        let appended = self.store.append(append.clone()).await;
        let appended = appended.unwrap_or_else(|error| {
            panic!(
                "writer {}: append {number} to `{}` failed: {error}",
                self.number,
                append.stream()
            )
        });
        assert!(
            !appended.repeated,
            "append {number} was stored before it was sent"
        );
        self.told.batches.push(Row::told(&append, &appended));
        appended
    }

    /// Expects what is not there: it is told so, and nothing is stored.
    async fn be_refused(&mut self, number: u64) {
        let beyond = Revision::new(1 << 40);
        let (stream, expected) = match (self.random.u8(0..4), self.last) {
            (0, Some(_)) => (self.own(), Expected::NoStream),
            (0, None) => (self.own(), Expected::Exists),
            (1, Some(last)) => (self.own(), Expected::Revision(last.next())),
            (2, Some(last)) if last > Revision::FIRST => {
                (self.own(), Expected::Revision(Revision::FIRST))
            }
            _ => (self.shared(), Expected::Revision(beyond)),
        };
        let own = stream == self.own();
        let append = self.batch(number, stream, expected);
        let refused = self.store.append(append).await;
        let Err(StoreError::Conflict(conflict)) = refused else {
            panic!(
                "writer {}: append {number} expected {expected} and was answered {refused:?}",
                self.number
            )
        };
        assert!(
            !own || conflict.actual == self.last,
            "writer {} knows its stream: {conflict}",
            self.number
        );
        self.told.refused += 1;
    }

    fn own(&self) -> StreamName {
        StreamName::new("own", &self.number.to_string()).unwrap()
    }

    fn shared(&mut self) -> StreamName {
        StreamName::new("shared", &self.random.u64(0..SHARED).to_string()).unwrap()
    }

    fn batch(&mut self, number: u64, stream: StreamName, expected: Expected) -> Append {
        let event = |index: u64| {
            let id =
                u128::from(self.number + 1) << 64 | u128::from(number) << 8 | u128::from(index);
            let added = Added {
                writer: self.number,
                number,
                amount: index,
            };
            NewEvent {
                name: NAMES[(index % 2) as usize].into(),
                ..encoded(Uuid::from_u128(id), &added)
            }
        };
        let events = 0..self.random.u64(1..=5);
        Append::new(stream, expected, events.map(event).collect()).unwrap()
    }
}
