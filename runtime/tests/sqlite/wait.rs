//! Waiting for events of this process and of others.

use std::time::{Duration, Instant};

use factum::store::Read;
use factum::{Position, Sqlite, Store};

use crate::fixture::{add, fresh, ids};

const LONG: Duration = Duration::from_secs(30);

#[tokio::test]
async fn returns_at_once_if_something_is_there() {
    let (_directory, store) = fresh().await;
    add(&store, "account-1", 1).await;
    let started = Instant::now();
    store.wait(None, LONG).await.unwrap();
    let reopened = Sqlite::open(store.path()).await.unwrap();
    reopened.wait(None, LONG).await.unwrap();
    assert!(started.elapsed() < LONG / 2);
}

#[tokio::test]
async fn returns_when_the_time_is_up() {
    let (_directory, store) = fresh().await;
    let position = add(&store, "account-1", 1).await;
    for after in [position, Position::new(99)] {
        for timeout in [Duration::ZERO, Duration::from_millis(20)] {
            let started = Instant::now();
            store.wait(Some(after), timeout).await.unwrap();
            assert!(started.elapsed() >= timeout && started.elapsed() < LONG / 2);
        }
    }
}

#[tokio::test]
async fn accepts_the_longest_times() {
    let (_directory, path) = crate::fixture::place();
    let store = Sqlite::builder(path)
        .poll_interval(Duration::MAX)
        .open()
        .await
        .unwrap();
    let waiting = tokio::spawn({
        let store = store.clone();
        async move { store.wait(None, Duration::MAX).await }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    add(&store, "account-1", 1).await;
    waiting.await.unwrap().unwrap();
}

#[tokio::test]
async fn wakes_for_an_append_without_polling() {
    let (_directory, path) = crate::fixture::place();
    let store = Sqlite::builder(path)
        .poll_interval(LONG)
        .open()
        .await
        .unwrap();
    let started = Instant::now();
    for id in 1..=5 {
        let after = store.head().await.unwrap();
        let (waited, _) = tokio::join!(store.wait(after, LONG), async {
            add(&store, "account-1", id).await
        });
        waited.unwrap();
    }
    assert!(started.elapsed() < LONG / 2);
}

#[tokio::test]
async fn wakes_for_an_append_through_another_connection() {
    let (_directory, store) = fresh().await;
    let other = Sqlite::open(store.path()).await.unwrap();
    let started = Instant::now();
    let waiting = store.wait(None, LONG);
    let append = async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        add(&other, "account-1", 1).await
    };
    let (waited, position) = tokio::join!(waiting, append);
    waited.unwrap();
    assert!(started.elapsed() < LONG / 2);
    assert_eq!(position, Position::new(1));
    assert_eq!(ids(&store, Read::all(None)).await, [1]);
}
