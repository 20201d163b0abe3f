//! One caller with a stream of its own, whose requests are dropped one after the other.

use std::collections::BTreeMap;
use std::time::Duration;

use factum::store::{Append, Appended, NewEvent, Read, StoredSnapshot};
use factum::{
    Aggregate, Command, CommandId, Context, Expected, Handle, IntoEvents, Repository, Revision,
    Store, StoreError, StreamName, Subscription, Uuid,
};
use factum_faults::{Added, AnyStore, Counter, CounterEvent, encoded, rows};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use super::dropped;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    AppendOne,
    AppendSeveral,
    Update,
    Execute,
    Load,
    SaveSnapshot,
    LoadSnapshot,
    Delete,
    CatchUp,
    Next,
    Wait,
    Head,
    Read,
}

pub(crate) const KINDS: [Kind; 13] = [
    Kind::AppendOne,
    Kind::AppendSeveral,
    Kind::Update,
    Kind::Execute,
    Kind::Load,
    Kind::SaveSnapshot,
    Kind::LoadSnapshot,
    Kind::Delete,
    Kind::CatchUp,
    Kind::Next,
    Kind::Wait,
    Kind::Head,
    Kind::Read,
];

/// A request that was to record so many additions, all of its number.
pub(crate) struct Entry {
    pub(crate) events: u64,
    pub(crate) acknowledged: bool,
    pub(crate) stored: bool,
}

pub(crate) struct Lane {
    writer: u64,
    store: AnyStore,
    counters: Repository<Counter, AnyStore>,
    random: fastrand::Rng,
    /// By the requests' numbers.
    pub(crate) ledger: Vec<Entry>,
    pub(crate) drops: BTreeMap<Kind, usize>,
    pub(crate) deepest: usize,
}

#[derive(Command, Serialize, Deserialize, Clone, Debug)]
#[command(aggregate = Counter, id = counter, command_id = request)]
struct Add {
    counter: String,
    additions: Vec<Added>,
    request: CommandId,
}

impl Handle<Add> for Counter {
    type Error = String;

    fn handle(&self, add: &Add, _: &Context) -> Result<impl IntoEvents<CounterEvent>, String> {
        Ok(add.additions.clone())
    }
}

pub(crate) async fn append(
    store: &AnyStore,
    stream: &str,
    events: Vec<NewEvent>,
    expected: Expected,
) -> Result<Appended, StoreError> {
    let append = Append::new(stream.parse().unwrap(), expected, events)?;
    store.append(append).await
}

impl Lane {
    pub(crate) fn new(writer: u64, store: AnyStore, random: fastrand::Rng) -> Self {
        Self {
            writer,
            counters: Repository::new(store.clone()).snapshot_every(4),
            store,
            random,
            ledger: Vec::new(),
            drops: BTreeMap::new(),
            deepest: 0,
        }
    }

    /// Each kind of request, dropped after one poll more each time, until it is done before.
    pub(crate) async fn run(mut self) -> Self {
        for kind in KINDS {
            for polls in 0.. {
                let done = self.request(kind, polls).await;
                if done {
                    break;
                }
                // One that was never polled has not begun.
                if polls > 0 {
                    *self.drops.entry(kind).or_default() += 1;
                }
                self.deepest = self.deepest.max(polls);
            }
            self.check().await;
        }
        self
    }

    fn id(&self) -> String {
        format!("lane {}", self.writer)
    }

    fn name(&self) -> StreamName {
        StreamName::new(Counter::NAME, &self.id()).unwrap()
    }

    /// The additions of the next request; that they are all there or none is what is looked at.
    fn additions(&mut self, events: u64) -> Vec<Added> {
        let number = self.ledger.len() as u64;
        self.ledger.push(Entry {
            events,
            acknowledged: false,
            stored: false,
        });
        (1..=events)
            .map(|amount| Added {
                writer: self.writer,
                number,
                amount,
            })
            .collect()
    }

    fn encoded(&self, additions: &[Added]) -> Vec<NewEvent> {
        let id = |added: &Added| Uuid::from_u64_pair(self.writer, added.number << 8 | added.amount);
        additions
            .iter()
            .map(|added| encoded(id(added), added))
            .collect()
    }

    fn acknowledge(&mut self, done: bool) -> bool {
        self.ledger.last_mut().unwrap().acknowledged |= done;
        done
    }

    /// Starts a request and drops it; whether it was done before.
    async fn request(&mut self, kind: Kind, polls: usize) -> bool {
        let done = match kind {
            Kind::AppendOne => self.append(1, polls).await,
            Kind::AppendSeveral => self.append(3, polls).await,
            Kind::Update => {
                let (id, additions) = (self.id(), self.additions(3));
                let decide = |_: &Counter| Ok::<_, String>(additions.clone());
                let done = dropped(self.counters.update(&id, decide), polls).await;
                self.acknowledge(done.map(Result::unwrap).is_some())
            }
            Kind::Execute => self.execute(polls).await,
            Kind::SaveSnapshot => self.save(polls).await,
            Kind::Delete => self.delete(polls).await,
            Kind::Load => is_ok(dropped(self.counters.load(&self.id()), polls).await),
            Kind::LoadSnapshot => {
                let load = self.store.snapshots().unwrap().load(self.name());
                is_ok(dropped(load, polls).await)
            }
            Kind::CatchUp => is_ok(dropped(self.subscription().catch_up(), polls).await),
            Kind::Next => is_ok(dropped(self.subscription().next(), polls).await),
            Kind::Wait => {
                let head = self.store.head().await.unwrap();
                is_ok(dropped(self.store.wait(head, Duration::from_millis(8)), polls).await)
            }
            Kind::Head => is_ok(dropped(self.store.head(), polls).await),
            Kind::Read => is_ok(dropped(self.store.read(Read::all(None)), polls).await),
        };
        if !done && self.random.bool() {
            // What follows at once meets the dropped request in the queue; what follows later, in its
            // transaction.
            sleep(Duration::from_micros(self.random.u64(..6_000))).await;
        }
        done
    }

    fn subscription(&self) -> Subscription<CounterEvent, AnyStore> {
        Subscription::aggregate::<Counter>(self.store.clone()).batch(3)
    }

    async fn append(&mut self, events: u64, polls: usize) -> bool {
        let additions = self.additions(events);
        let (name, events) = (self.name(), self.encoded(&additions));
        let request = append(&self.store, name.as_str(), events, Expected::Any);
        let done = dropped(request, polls).await.map(Result::unwrap);
        self.acknowledge(done.is_some())
    }

    /// Whoever sends a dropped command again gets what it recorded, once.
    async fn execute(&mut self, polls: usize) -> bool {
        let additions = self.additions(2);
        let add = Add {
            counter: self.id(),
            request: CommandId::named(&format!("{} {}", self.writer, additions[0].number)),
            additions,
        };
        let first = dropped(self.counters.execute(add.clone()), polls).await;
        let again = self.counters.execute(add).await.unwrap();
        assert_eq!(again.events.len(), 2);
        assert!(first.is_none() || again.repeated, "carried out twice");
        self.acknowledge(true);
        is_ok(first)
    }

    /// A snapshot is replaced as a whole, or stays.
    async fn save(&mut self, polls: usize) -> bool {
        let snapshots = self.store.snapshots().unwrap();
        let kept = snapshots.load(self.name()).await.unwrap();
        let revision = self
            .counters
            .load(&self.id())
            .await
            .unwrap()
            .revision
            .unwrap();
        let snapshot = StoredSnapshot {
            stream: self.name(),
            first: Revision::FIRST,
            revision,
            // One that no code has, so that nothing is folded from it, and newer than all, so that none stays before it.
            shape: (0xffff << 48) | polls as u64,
            codec: "json".to_owned(),
            state: vec![b'x'; 100 + polls],
        };
        let done = dropped(snapshots.save(snapshot.clone()), polls).await;
        let now = snapshots.load(self.name()).await.unwrap();
        assert!(
            now == kept || now.as_ref() == Some(&snapshot),
            "half a snapshot: {now:?}"
        );
        assert!(
            done.is_none() || now == Some(snapshot),
            "an acknowledged snapshot is not there"
        );
        is_ok(done)
    }

    /// A stream is deleted as a whole, or stays.
    async fn delete(&mut self, polls: usize) -> bool {
        let stream = format!("gone-{} {polls}", self.writer);
        let event = |amount| Added {
            writer: self.writer,
            number: 0,
            amount,
        };
        let events = self.encoded(&[event(1), event(2), event(3)]);
        append(&self.store, &stream, events, Expected::NoStream)
            .await
            .unwrap();
        let request = self.store.deletes().unwrap();
        let request = request.delete(stream.parse().unwrap(), Expected::Exists);
        let done = dropped(request, polls).await;
        let last = self.encoded(&[event(4)]);
        append(&self.store, &stream, last, Expected::Any)
            .await
            .unwrap();
        let left = rows(&self.store, Read::stream(stream.parse().unwrap(), None)).await;
        let left: Vec<_> = left.iter().map(|row| row.revision).collect();
        assert!(
            left == [3] || done.is_none() && left == [0, 1, 2, 3],
            "half deleted: {left:?}"
        );
        is_ok(done)
    }

    /// Behind an acknowledged append, what was dropped before it is decided: all of it is there, or nothing.
    async fn check(&mut self) {
        assert!(self.append(1, usize::MAX).await);
        let mut found = BTreeMap::<u64, Vec<u64>>::new();
        let stored = rows(&self.store, Read::stream(self.name(), None)).await;
        for (row, revision) in stored.iter().zip(0_u64..) {
            let added = row.added();
            assert_eq!(row.revision, revision);
            assert_eq!(added.writer, self.writer, "an event of another stream");
            found.entry(added.number).or_default().push(added.amount);
        }
        for (entry, number) in self.ledger.iter_mut().zip(0..) {
            let whole: Vec<_> = (1..=entry.events).collect();
            let amounts = found.remove(&number);
            entry.stored = amounts.is_some();
            match amounts {
                Some(amounts) => assert_eq!(amounts, whole, "half of request {number}, or twice"),
                None => assert!(
                    !entry.acknowledged,
                    "request {number} was acknowledged, and is lost"
                ),
            }
        }
        assert!(found.is_empty(), "events that nobody sent: {found:?}");
    }
}

fn is_ok<T, E: std::fmt::Debug>(done: Option<Result<T, E>>) -> bool {
    done.map(Result::unwrap).is_some()
}
