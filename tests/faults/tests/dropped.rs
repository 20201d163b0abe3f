//! Callers that stop waiting, at every point where they can, while the answer is slow.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use factum::sqlite::rusqlite::Connection;
use factum::store::Read;
use factum::{
    Clock, Expected, Position, Postgres, Sqlite, Store, StreamName, Subscription, SystemClock,
    Timestamp, Uuid,
};
use factum_faults::wire::Wire;
use factum_faults::{
    Added, AnyStore, Counter, CounterEvent, Place, Row, encoded, figure, proved, quiet, rows,
    seeded, size,
};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

mod lane;

use crate::home::{Home, on, session};
use lane::{KINDS, Lane};

on! { a_dropped_future_leaves_nothing_half_done: sqlite blocking_sqlite postgres }

/// After which the store gives an answer up; none takes so long.
const LATE: Duration = Duration::from_secs(15);

const LATENCY: Duration = Duration::from_millis(4);

/// The writer asks for the time inside of its transaction, and is held up there.
#[derive(Debug)]
struct Latency;

impl Clock for Latency {
    fn now(&self) -> Timestamp {
        std::thread::sleep(LATENCY);
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

/// As many as a store has unless it is told otherwise.
const CONNECTIONS: usize = 8;

/// The store, slow, and with so few connections that nothing is served any more once some are lost.
async fn slow(place: &Place) -> (AnyStore, &'static str, Option<Wire>) {
    match place {
        Place::Database(url) => {
            let wire = Wire::to(url, LATENCY).await;
            let store = Postgres::builder(wire.url()).migrate().timeout(LATE);
            let store = AnyStore::Postgres(store.open().await.unwrap());
            (store, "on the wire", Some(wire))
        }
        place => {
            let store = Sqlite::builder(place.path().unwrap()).readers(1);
            let store = store.blocking(matches!(place, Place::BlockingFile(_)));
            let store = AnyStore::Sqlite(store.clock(Latency).open().await.unwrap());
            (store, "in the writer", None)
        }
    }
}

async fn a_dropped_future_leaves_nothing_half_done(home: Home) {
    let enough = size(1_000, 10_000);
    let mut random = seeded(&format!("dropped futures, {}", home.place));
    let (store, at, wire) = slow(&home.place).await;
    let follower = tokio::spawn(follow(store.clone()));
    let mut drops = BTreeMap::from(KINDS.map(|kind| (kind, 0)));
    let (mut deepest, mut ledger) = (0, Vec::new());
    let mut round = 0;
    while drops.values().sum::<usize>() < enough {
        let mut lanes = JoinSet::new();
        for lane in 0..LANES {
            let lane = Lane::new((round * LANES + lane) as u64, store.clone(), random.fork());
            lanes.spawn(async { timeout(PATIENCE, lane.run()).await.expect(STUCK) });
        }
        for lane in lanes.join_all().await {
            for (kind, more) in lane.drops {
                *drops.entry(kind).or_default() += more;
            }
            deepest = deepest.max(lane.deepest);
            ledger.extend(lane.ledger);
        }
        serves(&store).await;
        no_transaction_is_open(&home.place).await;
        round += 1;
    }
    let (seen, more) = end(&store, follower).await;
    let (rarest, fewest) = drops.iter().min_by_key(|(_, drops)| **drops).unwrap();
    assert!(
        *fewest > 0,
        "{rarest:?} was always done at once: no future of it was dropped"
    );
    let stored = rows(&store, Read::all(None).category("counter")).await;
    let additions = |rows: &[Row]| rows.iter().map(Row::added).collect::<Vec<_>>();
    assert_eq!(
        seen,
        additions(&stored),
        "the dropped subscription saw something else"
    );
    store.close().await;
    let ended = timeout(PATIENCE, quiet(&home.place)).await;
    let log = home.place.path().map(|path| path.with_extension("db-wal"));
    assert!(
        ended.is_ok() && !log.is_some_and(|log| log.exists()),
        "a connection was left open"
    );
    let store = home.open().await;
    assert_eq!(
        rows(&store, Read::all(None).category("counter")).await,
        stored
    );
    let made = wire.map_or(String::new(), |wire| {
        let made = wire.asked().len();
        assert!(made <= 2 * CONNECTIONS, "{made} connections were made");
        format!("; {made} connections made for all of it")
    });
    let acknowledged = ledger.iter().filter(|entry| entry.acknowledged).count();
    let unheard = ledger
        .iter()
        .filter(|entry| !entry.acknowledged && entry.stored)
        .count();
    let nowhere = ledger.len() - acknowledged - unheard;
    assert!(acknowledged > 0 && unheard > 0 && nowhere > 0 && deepest > 1);
    let dropped = drops.values().sum::<usize>() + more;
    let [dropped, fewest, acknowledged, unheard, nowhere] =
        [dropped, *fewest, acknowledged, unheard, nowhere].map(figure);
    proved(
        &format!(
            "Dropped futures: after each poll, 4 ms of latency {at}, {}",
            home.place
        ),
        &format!(
            "{dropped} futures of {} kinds, {fewest} or more of each, after 1 to {deepest} polls",
            KINDS.len()
        ),
        &format!(
            "of the appends {acknowledged} answered and stored, {unheard} dropped and stored, {nowhere} dropped and \
             not stored; 0 in part, 0 transactions left open, 0 readers lost{made}"
        ),
    );
}

/// Somebody who always gives up long before a connection has come about.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_impatient_gets_an_answer_all_the_same() {
    let home = Home::postgres().await;
    let (store, _, wire) = slow(&home.place).await;
    let wire = wire.unwrap();
    let polls = 4;
    for attempt in 1..=3 {
        wire.set_down(true);
        let gone = async { while store.head().await.is_ok() {} };
        timeout(PATIENCE, gone).await.expect("the wire is down");
        wire.set_down(false);
        let before = wire.asked().len();
        let answered = async {
            while dropped(store.head(), polls)
                .await
                .is_none_or(|head| head.is_err())
            {
                sleep(Duration::from_millis(1)).await;
            }
        };
        timeout(PATIENCE, answered).await.expect(STUCK);
        let made = wire.asked().len() - before;
        assert!(made <= CONNECTIONS, "attempt {attempt}: {made} connections");
    }
}

/// Follows all counters by a subscription whose every other future is dropped, to the end.
async fn follow(store: AnyStore) -> (Vec<Added>, usize) {
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
    store: &AnyStore,
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
async fn serves(store: &AnyStore) {
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

/// Another connection can write, and nobody sits in a transaction.
async fn no_transaction_is_open(place: &Place) {
    let stuck = "the writer was left in a transaction";
    if let Place::Database(url) = place {
        let session = session(url).await;
        let write = session.batch_execute("BEGIN; LOCK TABLE factum.head; ROLLBACK");
        timeout(PATIENCE, write).await.expect(stuck).unwrap();
        let idle = "SELECT query FROM pg_stat_activity
            WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
        let idle = session.query(idle, &[]).await.unwrap();
        assert!(idle.is_empty(), "left in a transaction: {idle:?}");
    }
    if let Some(path) = place.path() {
        let connection = Connection::open(path).unwrap();
        connection.busy_timeout(PATIENCE).unwrap();
        let begun = connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK");
        begun.expect(stuck);
        let busy: i64 = connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
            .unwrap();
        assert_eq!(busy, 0, "a reader was left in a transaction");
    }
}
