//! Whatever lies where a snapshot should be, a state is that of all events.

use factum::{Aggregate, Memory, Repository, Store};
use factum_faults::{figure, proved, seeded, size};
use tokio::task::JoinSet;

mod chain;
mod planted;

use crate::home::Home;
use chain::{Chain, Link, relogic, restamped};
use planted::{ALL, Ground, History, There};

/// A snapshot is taken each time a stream has grown by so many events.
const EVERY: u64 = 5;

/// Beside each snapshot; together they outgrow one that is ahead.
const UPDATES: usize = 2;

fn chains<S: Store + Clone>(store: &S) -> Repository<Chain, S> {
    unkept(store).snapshot_every(EVERY)
}

/// Whose snapshots are not there before one is planted: a newer or the same one would be kept instead of it.
fn unkept<S: Store + Clone>(store: &S) -> Repository<Chain, S> {
    Repository::new(store.clone()).cache(0)
}

async fn extend<S: Store>(
    chains: Repository<Chain, S>,
    history: &mut History,
    links: usize,
) -> Chain {
    let more: Vec<_> = (0..links).map(|_| history.random.u64(1..1_000)).collect();
    history.links.extend(&more);
    let more = more.into_iter().map(|link| Link { link });
    let decided = more.collect::<Vec<_>>();
    let done = chains.update(&history.id, |_| Ok::<_, String>(decided.clone()));
    Chain::clone(&done.await.unwrap().state)
}

/// A random history without a snapshot, in some cases of a second life.
async fn history<S: Store + Clone>(store: &S, random: &mut fastrand::Rng) -> History {
    let mut history = History {
        id: format!("{:x}", random.u128(..)),
        links: Vec::new(),
        first: 0,
        random: random.fork(),
    };
    if random.bool() {
        let links = random.usize(1..8);
        extend(unkept(store), &mut history, links).await;
        let deleted = store
            .deletes()
            .unwrap()
            .delete(history.name(), factum::Expected::Exists)
            .await
            .unwrap();
        (history.first, history.links) = (deleted, Vec::new());
    }
    let links = random.usize(2..25);
    extend(unkept(store), &mut history, links).await;
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
        let state = extend(chains(store), history, links).await;
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
    let homes = Home::of_each().await;
    let mut kinds = JoinSet::new();
    for home in &homes {
        let store = home.open().await;
        for there in ALL {
            let ground = Ground::of(home.place.clone(), store.clone()).await;
            let mut random = random.fork();
            kinds.spawn(async move {
                let (mut planted, mut states) = (0, 0);
                for _ in 0..histories {
                    let mut history = history(&ground.store, &mut random).await;
                    planted += usize::from(ground.plant(&mut history, there).await);
                    states += is_replayed(&ground.store, &mut history, there).await;
                }
                (planted, states)
            });
        }
    }
    let (planted, states): (Vec<_>, Vec<_>) = kinds.join_all().await.into_iter().unzip();
    assert_eq!(states, [histories * (1 + 2 * UPDATES); 3 * ALL.len()]);
    // One kind is that there is none, and memory refuses two more.
    let lay = planted.iter().filter(|planted| **planted == histories);
    assert_eq!(lay.count(), 3 * (ALL.len() - 1) - 2);
    let [each, planted, states] =
        [histories, planted.iter().sum(), states.iter().sum()].map(figure);
    proved(
        "Snapshots: none, old, newest, ahead, of other shapes, of other logic and corrupt, memory, SQLite and PostgreSQL",
        &format!(
            "{each} histories beside each of {} kinds on each store; {planted} snapshots read back as planted, and \
             memory refused those of 2 kinds",
            ALL.len()
        ),
        &format!("{states} states, 0 of them not that of all events"),
    );
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
