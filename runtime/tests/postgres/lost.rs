//! Connections that end at the worst moment: nothing is lost, nothing is stored twice, and each outcome is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use factum::store::Read;
use factum::{Expected, Store, StoreError};

use crate::batches::{batch, ids, name};
use crate::fixture::{fresh, session, snapshot};

/// Ends the sessions of the stores in this database.
pub(crate) const KILL: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'factum' AND datname = current_database()";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_read_whose_connection_is_gone_is_asked_over_another() {
    let (url, store) = fresh().await;
    store
        .append(batch("account-1", Expected::NoStream, [1]))
        .await
        .unwrap();
    let killer = session(&url).await;
    for round in 0..200 {
        killer.query(KILL, &[]).await.unwrap();
        assert_eq!(store.head().await.unwrap().unwrap().get(), 1, "{round}");
        assert_eq!(ids(&store, Read::all(None)).await, [1], "{round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_snapshot_whose_connection_is_gone_is_saved_over_another() {
    const EVENTS: u64 = 100;
    let (url, store) = fresh().await;
    let events = 1..=u128::from(EVENTS);
    let append = batch("account-1", Expected::NoStream, events);
    store.append(append).await.unwrap();
    let (snapshots, killer) = (store.snapshots().unwrap(), session(&url).await);
    // One of two, so that the snapshot is looked at over the other.
    let kill = format!("{KILL} AND query LIKE '%snapshots%' ORDER BY random() LIMIT 1");
    let mut kills = 0;
    for revision in 0..EVENTS - 1 {
        let load = || snapshots.load(name("account-1"));
        let (one, other) = tokio::join!(load(), load());
        assert_eq!((one.is_ok(), other.is_ok()), (true, true));
        kills += killer.query(&kill, &[]).await.unwrap().len();
        snapshots.save(snapshot(revision)).await.unwrap();
        let saved = snapshots.load(name("account-1")).await.unwrap();
        assert_eq!(saved, Some(snapshot(revision)));
    }
    assert!(kills > 50, "{kills} kills");
    // One that ends its connection each time is not sent for ever.
    let save = "SELECT pg_get_functiondef('factum.save'::regproc)";
    let save: String = killer.query_one(save, &[]).await.unwrap().get(0);
    let deadly = save.replace(
        "BEGIN",
        "BEGIN PERFORM pg_terminate_backend(pg_backend_pid());",
    );
    killer.batch_execute(&deadly).await.unwrap();
    let saved = snapshots.save(snapshot(EVENTS - 1)).await;
    assert!(
        matches!(saved, Err(StoreError::UnknownOutcome(_))),
        "{saved:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn appends_whose_connections_are_killed_are_settled_by_their_ids() {
    const WRITERS: u128 = 4;
    const EACH: u128 = 1_000;
    let (url, store) = fresh().await;
    let is_over = Arc::new(AtomicBool::new(false));
    let killer = tokio::spawn({
        let (killer, is_over) = (session(&url).await, Arc::clone(&is_over));
        async move {
            let mut kills = 0;
            while !is_over.load(Ordering::Relaxed) {
                kills += killer.query(KILL, &[]).await.unwrap().len();
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
            kills
        }
    });
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                let (mut unknown, mut last) = (0, None);
                for number in 0..EACH {
                    let id = writer * EACH + number;
                    let expected = last.map_or(Expected::NoStream, Expected::Revision);
                    let append = batch(&format!("account-{writer}"), expected, [id]);
                    last = loop {
                        match store.append(append.clone()).await {
                            Ok(appended) => break Some(appended.first),
                            Err(StoreError::UnknownOutcome(_)) => unknown += 1,
                            // Nothing is stored: it is simply sent again.
                            Err(StoreError::Unavailable(error)) => {
                                assert!(error.is_retryable(), "{error:?}");
                            }
                            Err(error) => panic!("{error:?}"),
                        }
                    };
                }
                unknown
            })
        })
        .collect();
    let mut unknown = 0;
    for writer in writers {
        unknown += writer.await.unwrap();
    }
    is_over.store(true, Ordering::Relaxed);
    let kills = killer.await.unwrap();
    assert!(
        kills > 20 && unknown > 0,
        "{kills} kills, {unknown} unknown outcomes"
    );
    for writer in 0..WRITERS {
        let stream = format!("account-{writer}").parse().unwrap();
        let stored = ids(&store, Read::stream(stream, None)).await;
        assert_eq!(
            stored,
            (writer * EACH..(writer + 1) * EACH).collect::<Vec<_>>()
        );
    }
}
