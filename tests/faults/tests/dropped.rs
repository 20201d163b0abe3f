//! Callers that stop waiting, at every point where they can, while the writer is in its transaction.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use factum::sqlite::rusqlite::Connection;
use factum::store::Read;
use factum::{
    Clock, Expected, Position, Sqlite, Store, StreamName, Subscription, SystemClock, Timestamp,
    Uuid,
};
use factum_faults::{
    Added, Counter, CounterEvent, Row, encoded, figure, proved, rows, seeded, size,
};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

mod lane;

use lane::{KINDS, Lane};

/// The writer asks for the time inside of its transaction, and is held up there.
#[derive(Debug)]
struct Latency;

impl Clock for Latency {
    fn now(&self) -> Timestamp {
        std::thread::sleep(Duration::from_millis(4));
        SystemClock.now()
    }
}

/// Polls a future so often, each time when it asks for it, and drops it then; what it gave, if it was
/// ready before.
async fn dropped<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let mut future = Box::pin(future);
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

const LANES: usize = 16;

/// Far longer than anything takes.
const PATIENCE: Duration = Duration::from_secs(120);

const STUCK: &str = "the store does not serve any more: a reader or the writer is lost";

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_future_leaves_nothing_half_done() {
    let enough = size(1_000, 10_000);
    let mut random = seeded("dropped futures");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    // One reader: if its connection is lost once, nothing is read any more.
    let store = Sqlite::builder(&path).readers(1).clock(Latency);
    let store = store.open().await.unwrap();
    let follower = tokio::spawn(follow(store.clone()));
    let (mut drops, mut deepest, mut ledger) = (0, 0, Vec::new());
    let mut round = 0;
    while drops < enough {
        let mut lanes = JoinSet::new();
        for lane in 0..LANES {
            let lane = Lane::new((round * LANES + lane) as u64, store.clone(), random.fork());
            lanes.spawn(async { timeout(PATIENCE, lane.run()).await.expect(STUCK) });
        }
        for lane in lanes.join_all().await {
            (drops, deepest) = (drops + lane.drops, deepest.max(lane.deepest));
            ledger.extend(lane.ledger);
        }
        serves(&store).await;
        no_transaction_is_open(&path);
        round += 1;
    }
    let (seen, more) = end(&store, follower).await;
    drops += more;
    let stored = rows(&store, Read::all(None).category("counter")).await;
    let additions = |rows: &[Row]| rows.iter().map(Row::added).collect::<Vec<_>>();
    assert_eq!(
        seen,
        additions(&stored),
        "the dropped subscription saw something else"
    );
    store.close().await.unwrap();
    assert!(
        !path.with_extension("db-wal").exists(),
        "a connection was left open"
    );
    let store = Sqlite::open(&path).await.unwrap();
    assert_eq!(
        rows(&store, Read::all(None).category("counter")).await,
        stored
    );
    let acknowledged = ledger.iter().filter(|entry| entry.acknowledged).count();
    let unheard = ledger
        .iter()
        .filter(|entry| !entry.acknowledged && entry.stored)
        .count();
    let nowhere = ledger.len() - acknowledged - unheard;
    assert!(acknowledged > 0 && unheard > 0 && nowhere > 0 && deepest > 1);
    let [drops, acknowledged, unheard, nowhere] =
        [drops, acknowledged, unheard, nowhere].map(figure);
    proved(
        "Dropped futures: after each poll, 4 ms of latency in the writer, SQLite",
        &format!(
            "{drops} futures of {} kinds, after 1 to {deepest} polls",
            KINDS.len()
        ),
        &format!(
            "of the appends {acknowledged} answered and stored, {unheard} dropped and stored, {nowhere} dropped and \
             not stored; 0 in part, 0 transactions left open, 0 readers lost"
        ),
    );
}

/// Follows all counters by a subscription whose every other future is dropped, to the end.
async fn follow(store: Sqlite) -> (Vec<Added>, usize) {
    let mut events = Subscription::aggregate::<Counter>(store).batch(7);
    let (mut seen, mut drops) = (Vec::new(), 0);
    for polls in (0..8).cycle() {
        let Some(batch) = dropped(events.next(), polls).await else {
            drops += usize::from(polls > 0);
            sleep(Duration::from_millis(1)).await;
            continue;
        };
        for recorded in &batch.unwrap() {
            let CounterEvent::Added(added) = recorded.unwrap().event;
            seen.push(added);
        }
        if seen.last().is_some_and(|added| added.writer == u64::MAX) {
            break;
        }
    }
    (seen, drops)
}

async fn end(
    store: &Sqlite,
    follower: tokio::task::JoinHandle<(Vec<Added>, usize)>,
) -> (Vec<Added>, usize) {
    let last = Added {
        writer: u64::MAX,
        number: 0,
        amount: 0,
    };
    lane::append(
        store,
        "counter-end",
        vec![encoded(Uuid::max(), &last)],
        Expected::NoStream,
    )
    .await
    .unwrap();
    let outcome = timeout(PATIENCE, follower).await;
    outcome
        .expect("the dropped subscription stands still")
        .unwrap()
}

/// Every kind of request is answered.
async fn serves(store: &Sqlite) {
    let all = async {
        store.head().await.unwrap();
        store.read(Read::all(None).limit(1)).await.unwrap();
        store.wait(None::<Position>, Duration::ZERO).await.unwrap();
        let probe = StreamName::new("probe", "serves").unwrap();
        store
            .deletes()
            .unwrap()
            .delete(probe, Expected::Any)
            .await
            .unwrap();
    };
    let answered = timeout(PATIENCE, all).await;
    answered.expect(STUCK);
}

/// Another connection can write, and can have the whole log, which it could not beside an open transaction.
fn no_transaction_is_open(path: &std::path::Path) {
    let connection = Connection::open(path).unwrap();
    connection.busy_timeout(PATIENCE).unwrap();
    let begun = connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK");
    begun.expect("the writer was left in a transaction");
    let busy: i64 = connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
        .unwrap();
    assert_eq!(busy, 0, "a reader was left in a transaction");
}
