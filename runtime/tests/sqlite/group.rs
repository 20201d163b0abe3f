//! Group commit: one transaction for many, an outcome for each.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use factum::sqlite::rusqlite::Connection;
use factum::store::{Append, Appended, NewEvent, Read, StoredSnapshot};
use factum::{Clock, Expected, Revision, Sqlite, Store, StoreError, Timestamp};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::fixture::{add, batch, event, fresh, ids, name, named, place};

/// A clock whose every time is another one: as the store asks it once per transaction, the times of events
/// tell how many transactions stored them.
#[derive(Debug, Default)]
struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.fetch_add(1, Ordering::SeqCst)).unwrap()
    }
}

async fn ticking() -> (TempDir, Sqlite) {
    let (directory, path) = place();
    let store = Sqlite::builder(path)
        .clock(Ticking::default())
        .open()
        .await
        .unwrap();
    (directory, store)
}

async fn transactions(store: &Sqlite) -> usize {
    let mut times = BTreeSet::new();
    let mut next = Some(Read::all(None).limit(usize::MAX));
    while let Some(read) = next {
        let page = store.read(read).await.unwrap();
        times.extend(page.iter().map(|event| event.recorded_at));
        next = page.next();
    }
    times.len()
}

type Outcome = Result<Appended, StoreError>;

/// Sends all of these at once while the file is locked, so that they gather behind the first.
async fn together(store: &Sqlite, appends: impl IntoIterator<Item = Append>) -> Vec<Outcome> {
    let other = Connection::open(store.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let spawn = |append| -> JoinHandle<Outcome> {
        let store = store.clone();
        tokio::spawn(async move { store.append(append).await })
    };
    let tasks: Vec<_> = appends.into_iter().map(spawn).collect();
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    other.execute_batch("ROLLBACK").unwrap();
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.unwrap());
    }
    outcomes
}

#[tokio::test]
async fn what_gathers_is_stored_in_one_transaction() {
    let (_directory, store) = ticking().await;
    let one_each = (1..=100).map(|id| batch(&format!("account-{id}"), Expected::NoStream, [id]));
    for outcome in together(&store, one_each).await {
        outcome.unwrap();
    }
    assert_eq!(ids(&store, Read::all(None)).await.len(), 100);
    let count = transactions(&store).await;
    assert!(
        count <= 2,
        "the first perhaps alone, then all that had gathered, not {count}"
    );
}

#[tokio::test]
async fn a_lone_writer_gets_a_transaction_each() {
    let (_directory, store) = ticking().await;
    for id in 1..=10 {
        add(&store, "account-1", id).await;
    }
    assert_eq!(transactions(&store).await, 10);
}

#[tokio::test]
async fn a_transaction_takes_no_more_after_its_bytes() {
    let (_directory, store) = ticking().await;
    let payload = Bytes::from(vec![b'x'; 8 << 20]);
    let large = (1..=5).map(|id| {
        let event = NewEvent {
            payload: payload.clone(),
            ..event(id)
        };
        Append::new(name("account-1"), Expected::Any, vec![event]).unwrap()
    });
    for outcome in together(&store, large).await {
        outcome.unwrap();
    }
    assert_eq!(transactions(&store).await, 3);
}

#[tokio::test]
async fn a_snapshot_counts_with_its_bytes() {
    let (_directory, store) = ticking().await;
    let other = Connection::open(store.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let append = |id| {
        let store = store.clone();
        tokio::spawn(async move { add(&store, "account-1", id).await })
    };
    let snapshot = StoredSnapshot {
        stream: name("account-1"),
        first: Revision::FIRST,
        revision: Revision::FIRST,
        shape: 1,
        codec: "json".to_owned(),
        state: vec![b' '; 16 << 20],
    };
    let before = [append(1), append(2)];
    let saved = tokio::spawn({
        let store = store.clone();
        async move { store.snapshots().unwrap().save(snapshot).await }
    });
    let after = append(3);
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    other.execute_batch("ROLLBACK").unwrap();
    for append in before.into_iter().chain([after]) {
        append.await.unwrap();
    }
    saved.await.unwrap().unwrap();
    let page = store.read(Read::all(None)).await.unwrap();
    let [second, third] = [1, 2].map(|at| page.get(at).unwrap().recorded_at);
    assert_ne!(second, third);
}

#[tokio::test]
async fn one_of_those_who_expect_the_same_wins() {
    let (_directory, store) = ticking().await;
    let same = (1..=50).map(|id| batch("account-1", Expected::NoStream, [id * 2, id * 2 + 1]));
    let mut won = 0;
    for outcome in together(&store, same).await {
        match outcome {
            Ok(_) => won += 1,
            Err(StoreError::Conflict(conflict)) => {
                assert_eq!(conflict.actual, Some(Revision::new(1)));
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!((won, ids(&store, Read::all(None)).await.len()), (1, 2));
}

#[tokio::test]
async fn a_conflict_or_a_refusal_fails_one_append_and_not_its_group() {
    let (_directory, store) = ticking().await;
    store
        .append(batch("account-1", Expected::NoStream, [1, 2]))
        .await
        .unwrap();
    let appends = (100..200).map(|id| match id % 4 {
        0 => batch("account-1", Expected::NoStream, [id]),
        1 => batch("account-1", Expected::Any, [id, 1]),
        2 => batch("account-1", Expected::NoStream, [1, 2]),
        _ => batch("account-2", Expected::Any, [id, id + 1000]),
    });
    for (id, outcome) in (100..200).zip(together(&store, appends).await) {
        match (id % 4, outcome) {
            (0, Err(StoreError::Conflict(_))) | (1, Err(StoreError::Refused(_))) => {}
            (2, Ok(appended)) => assert!(appended.repeated),
            (3, Ok(appended)) => assert!(!appended.repeated),
            (_, other) => panic!("append {id}: {other:?}"),
        }
    }
    let stream = Read::stream(name("account-2"), None);
    let wanted: Vec<u128> = (100..200)
        .filter(|id| id % 4 == 3)
        .flat_map(|id| [id, id + 1000])
        .collect();
    assert_eq!(ids(&store, stream).await, wanted);
    assert_eq!(
        ids(&store, Read::stream(name("account-1"), None)).await,
        [1, 2]
    );
}

#[tokio::test]
async fn the_same_batch_twice_in_one_group_is_stored_once() {
    let (_directory, store) = ticking().await;
    let same = (0..20).map(|_| batch("account-1", Expected::NoStream, [1, 2, 3]));
    let outcomes = together(&store, same).await;
    let first = |outcome: &&Outcome| !outcome.as_ref().unwrap().repeated;
    assert_eq!(outcomes.iter().filter(first).count(), 1);
    assert!(
        outcomes
            .iter()
            .all(|outcome| outcome.as_ref().unwrap().first == Revision::FIRST)
    );
    assert_eq!(ids(&store, Read::all(None)).await, [1, 2, 3]);
}

#[tokio::test]
async fn an_error_of_the_database_fails_the_append_that_meets_it() {
    let (_directory, store) = ticking().await;
    let other = Connection::open(store.path()).unwrap();
    let trigger = "CREATE TRIGGER no_poison BEFORE INSERT ON factum_events WHEN NEW.name = 'poison'
         BEGIN SELECT RAISE(ROLLBACK, 'no poison here'); END";
    other.execute_batch(trigger).unwrap();
    let appends = (1..=40).map(|id| {
        let kind = if id % 10 == 0 {
            "poison"
        } else {
            "account.deposited"
        };
        Append::new(name("account-1"), Expected::Any, vec![named(id, kind)]).unwrap()
    });
    for (id, outcome) in (1..=40).zip(together(&store, appends).await) {
        assert_eq!(outcome.is_err(), id % 10 == 0, "{outcome:?}");
    }
    let wanted: Vec<u128> = (1..=40).filter(|id| id % 10 != 0).collect();
    assert_eq!(ids(&store, Read::all(None)).await, wanted);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_the_queue_holds_is_stored_all_the_same() {
    let (_directory, store) = ticking().await;
    let tasks: Vec<_> = (1..=3000)
        .map(|id| {
            let store = store.clone();
            tokio::spawn(async move { add(&store, &format!("account-{}", id % 7), id).await })
        })
        .collect();
    let mut positions = BTreeSet::new();
    for task in tasks {
        positions.insert(task.await.unwrap());
    }
    assert_eq!(positions.len(), 3000);
    assert_eq!(ids(&store, Read::all(None)).await.len(), 3000);
    assert!(transactions(&store).await < 1500);
}

#[tokio::test]
async fn dropped_futures_leave_nothing_half_done() {
    let (_directory, store) = fresh().await;
    for round in 0..200_u128 {
        let append = batch("account-1", Expected::Any, [round * 2, round * 2 + 1]);
        let mut polls = round % 4;
        let stored = {
            let mut future = pin!(store.append(append.clone()));
            loop {
                if polls == 0 {
                    break None;
                }
                polls -= 1;
                let mut context = Context::from_waker(Waker::noop());
                if let Poll::Ready(outcome) = future.as_mut().poll(&mut context) {
                    break Some(outcome.unwrap());
                }
                tokio::time::sleep(std::time::Duration::from_micros(200)).await;
            }
        };
        // Reads are dropped too, and their connections go back.
        let mut read = pin!(store.read(Read::all(None)));
        let _ = read.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        let settled = store.append(append).await.unwrap();
        assert!(stored.is_none_or(|stored| stored.positions == settled.positions));
    }
    let wanted: Vec<u128> = (0..400).collect();
    let read: Vec<u128> = ids(&store, Read::all(None)).await;
    assert_eq!(read, wanted);
}
