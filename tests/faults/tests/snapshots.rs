//! Whatever lies where a snapshot should be, a state is that of all events.

use std::path::Path;
use std::time::Duration;

use factum::sqlite::rusqlite::{Connection, params};
use factum::store::StoredSnapshot;
use factum::{Aggregate, Memory, Repository, Revision, Store, StreamName};
use factum_faults::{figure, proved, seeded, size};
use tokio::task::JoinSet;

mod chain;

use crate::home::Home;
use chain::{Chain, Link, relogic, reshaped, restamped};

/// A snapshot is taken each time a stream has grown by so many events.
const EVERY: u64 = 5;

/// Beside each snapshot; together they outgrow one that is ahead.
const UPDATES: usize = 2;

/// What lies where the snapshot should be.
#[derive(Debug, Clone, Copy)]
enum There {
    Nothing,
    Old,
    Newest,
    /// Of events that the stream does not have: its events were restored, and its snapshot was not.
    Ahead,
    /// Of the stream as it was before it was deleted.
    OfEarlierLife,
    OfShapeBefore,
    OfShapeAfter,
    /// Folded by code that computes something else from the same events.
    OfOtherLogic,
    Corrupt,
    HalfWritten,
    OfOtherCodec,
}

const ALL: [There; 11] = [
    There::Nothing,
    There::Old,
    There::Newest,
    There::Ahead,
    There::OfEarlierLife,
    There::OfShapeBefore,
    There::OfShapeAfter,
    There::OfOtherLogic,
    There::Corrupt,
    There::HalfWritten,
    There::OfOtherCodec,
];

/// The links of one stream, and a state with what is wrong in it.
struct History {
    id: String,
    links: Vec<u64>,
    first: u64,
    random: fastrand::Rng,
}

impl History {
    fn name(&self) -> StreamName {
        StreamName::new(Chain::NAME, &self.id).unwrap()
    }

    fn last(&self) -> u64 {
        self.first + self.links.len() as u64 - 1
    }

    fn snapshot(&self, revision: u64, state: Vec<u8>) -> StoredSnapshot {
        StoredSnapshot {
            stream: self.name(),
            first: Revision::new(self.first),
            revision: Revision::new(revision),
            shape: Chain::shape(),
            codec: "json".to_owned(),
            state,
        }
    }

    /// The snapshot; a state that must not be used says so by its value.
    fn planted(&mut self, there: There) -> Option<StoredSnapshot> {
        let last = self.last();
        let wrong = serde_json::to_vec(&Chain {
            value: 666,
            links: 666,
        })
        .unwrap();
        let right = |links: &[u64]| serde_json::to_vec(&Chain::of(links)).unwrap();
        let newest = self.snapshot(last, right(&self.links));
        Some(match there {
            There::Nothing => return None,
            There::Old => {
                let links = self.random.usize(1..=self.links.len());
                self.snapshot(self.first + links as u64 - 1, right(&self.links[..links]))
            }
            There::Newest => newest,
            There::Ahead => {
                let ahead = last + self.random.u64(1..=EVERY);
                self.snapshot(ahead, wrong)
            }
            There::OfEarlierLife => StoredSnapshot {
                first: Revision::new(self.first + 1),
                ..self.snapshot(last, wrong)
            },
            There::OfShapeBefore => StoredSnapshot {
                shape: Chain::shape() - 1,
                ..self.snapshot(last, wrong)
            },
            There::OfShapeAfter => StoredSnapshot {
                shape: reshaped::Chain::shape(),
                ..self.snapshot(last, wrong)
            },
            There::OfOtherLogic => StoredSnapshot {
                shape: restamped::Chain::shape(),
                ..self.snapshot(last, of_other_logic(&self.links))
            },
            There::Corrupt => {
                let state = (0..self.random.usize(1..40))
                    .map(|_| self.random.u8(128..))
                    .collect();
                self.snapshot(last, state)
            }
            There::HalfWritten => {
                let half = self.random.usize(..newest.state.len());
                self.snapshot(last, newest.state[..half].to_vec())
            }
            There::OfOtherCodec => StoredSnapshot {
                codec: "cbor".to_owned(),
                ..self.snapshot(last, wrong)
            },
        })
    }
}

fn of_other_logic(links: &[u64]) -> Vec<u8> {
    serde_json::to_vec(&restamped::Chain::of(links)).unwrap()
}

fn chains<S: Store + Clone>(store: &S) -> Repository<Chain, S> {
    Repository::new(store.clone())
        .cache(0)
        .snapshot_every(EVERY)
}

async fn extend<S: Store + Clone>(store: &S, history: &mut History, links: usize) -> Chain {
    let more: Vec<_> = (0..links).map(|_| history.random.u64(1..1_000)).collect();
    history.links.extend(&more);
    let more = more.into_iter().map(|link| Link { link });
    let decided = more.collect::<Vec<_>>();
    let chains = chains(store);
    let done = chains.update(&history.id, |_| Ok::<_, String>(decided.clone()));
    Chain::clone(&done.await.unwrap().state)
}

/// A random history, in some cases of a second life.
async fn history<S: Store + Clone>(store: &S, random: &mut fastrand::Rng) -> History {
    let mut history = History {
        id: format!("{:x}", random.u128(..)),
        links: Vec::new(),
        first: 0,
        random: random.fork(),
    };
    if random.bool() {
        let links = random.usize(1..8);
        extend(store, &mut history, links).await;
        let deleted = store
            .deletes()
            .unwrap()
            .delete(history.name(), factum::Expected::Exists)
            .await
            .unwrap();
        (history.first, history.links) = (deleted, Vec::new());
    }
    let links = random.usize(1..25);
    extend(store, &mut history, links).await;
    history
}

/// Loads and decides beside what lies there, until the stream has outgrown it; how many states were compared.
async fn is_replayed<S: Store + Clone>(store: &S, history: &mut History, there: There) -> usize {
    let mut states = 0;
    for round in 0.. {
        let loaded = chains(store).load(&history.id).await.unwrap();
        let expected = Chain::of(&history.links);
        assert_eq!(
            *loaded.state, expected,
            "load with a snapshot {there:?}, after {round} updates"
        );
        states += 1;
        if round == UPDATES {
            break;
        }
        let links = history.random.usize(3..8);
        let state = extend(store, history, links).await;
        let expected = Chain::of(&history.links);
        assert_eq!(
            state, expected,
            "update with a snapshot {there:?}, after {round} others"
        );
        states += 1;
    }
    states
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_is_that_of_all_events_whatever_the_snapshot_says() {
    let histories = size(200, 1_000);
    let mut random = seeded("snapshots");
    let home = Home::quick_sqlite().await;
    let (sqlite, path) = (home.open().await, home.place.path().cloned().unwrap());
    let memory = Memory::new();
    let mut kinds = JoinSet::new();
    for there in ALL {
        let (memory, sqlite, path, mut random) =
            (memory.clone(), sqlite.clone(), path.clone(), random.fork());
        kinds.spawn(async move {
            let mut loads = 0;
            for _ in 0..histories {
                loads += beside_sqlite(&sqlite, &path, &mut random, there).await;
                loads += beside_memory(&memory, &mut random, there).await;
            }
            loads
        });
    }
    let loads = kinds.join_all().await;
    let each = 2 * histories * (1 + 2 * UPDATES);
    assert_eq!(loads, [each; ALL.len()]);
    proved(
        "Snapshots: none, old, newest, ahead, of other shapes, of other logic and corrupt, memory and SQLite",
        &format!("{histories} histories beside each of {} kinds", loads.len()),
        &format!(
            "{} states, 0 of them not that of all events",
            figure(loads.iter().sum::<usize>())
        ),
    );
}

async fn beside_sqlite(
    store: &(impl Store + Clone),
    path: &Path,
    random: &mut fastrand::Rng,
    there: There,
) -> usize {
    let mut history = history(store, random).await;
    let raw = Connection::open(path).unwrap();
    raw.busy_timeout(Duration::from_secs(60)).unwrap();
    let stream = history.name();
    let delete = "DELETE FROM factum_snapshots WHERE stream = ?1";
    raw.execute(delete, [stream.as_str()]).unwrap();
    if let Some(snapshot) = history.planted(there) {
        plant(&raw, &snapshot);
    }
    drop(raw);
    is_replayed(store, &mut history, there).await
}

async fn beside_memory(store: &Memory, random: &mut fastrand::Rng, there: There) -> usize {
    let mut history = history(store, random).await;
    if let Some(snapshot) = history.planted(there) {
        let snapshots = store.snapshots().unwrap();
        snapshots.save(snapshot.clone()).await.unwrap();
        let kept = snapshots.load(history.name()).await.unwrap();
        let of_others = matches!(there, There::Ahead | There::OfEarlierLife);
        assert!(
            !of_others || kept != Some(snapshot),
            "kept a snapshot of events that are not there"
        );
    }
    is_replayed(store, &mut history, there).await
}

/// Past the store, which would not take most of them.
fn plant(raw: &Connection, snapshot: &StoredSnapshot) {
    raw.execute(
        "INSERT INTO factum_snapshots (stream, first, revision, shape, codec, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            snapshot.stream.as_str(),
            snapshot.first.get().cast_signed(),
            snapshot.revision.get().cast_signed(),
            snapshot.shape.cast_signed(),
            snapshot.codec,
            snapshot.state,
        ],
    )
    .unwrap();
}

#[tokio::test]
async fn the_shape_is_what_protects_from_a_state_of_other_logic() {
    let mut random = seeded("other logic");
    let (store, mut history, all) = loop {
        let store = Memory::new();
        let history = history(&store, &mut random).await;
        let all = Chain::of(&history.links);
        // Both logics come to the same by chance.
        if restamped::Chain::of(&history.links).value != all.value {
            break (store, history, all);
        }
    };
    let snapshot = history.planted(There::Newest).unwrap();
    store.snapshots().unwrap().save(snapshot).await.unwrap();

    // Other logic under the same declaration: nothing tells its snapshots apart, so the old state is taken.
    assert_eq!(relogic::Chain::shape(), Chain::shape());
    let same = Repository::<relogic::Chain, _>::new(store.clone()).snapshot_every(EVERY);
    let taken = same.load(&history.id).await.unwrap();
    assert_eq!(taken.state.value, all.value);

    // The same logic with `snapshot(logic = 2)`: the events are folded, and the old state is not looked at.
    assert_ne!(restamped::Chain::shape(), Chain::shape());
    let raised = Repository::<restamped::Chain, _>::new(store.clone()).snapshot_every(EVERY);
    let folded = raised.load(&history.id).await.unwrap();
    assert_eq!(
        folded.state.value,
        restamped::Chain::of(&history.links).value
    );
    assert_ne!(folded.state.value, all.value);
    proved(
        "Snapshots: of other logic, memory",
        "1 of the same shape, 1 under `snapshot(logic = 2)`",
        "the first is believed, the second is not: the shape is what protects",
    );
}
