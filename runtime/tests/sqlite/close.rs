//! The file alone, once nobody has it open.

use std::path::Path;
use std::pin::pin;
use std::sync::mpsc;

use factum::store::Read;
use factum::{Expected, Sqlite, Store, StoreError, UnavailableCause};
use futures_util::FutureExt;
use tokio::runtime::Runtime;
use tokio::task::spawn_blocking;

use crate::fixture::{add, batch, ids, name, one_thread, place};

/// The events of a copy that was made of the file without what lies beside it.
async fn of_a_copy(path: &Path) -> usize {
    let copy = path.with_extension("copy");
    std::fs::copy(path, &copy).unwrap();
    let store = Sqlite::open(&copy).await.unwrap();
    let events = ids(&store, Read::all(None)).await.len();
    drop(store);
    std::fs::remove_file(copy).unwrap();
    events
}

#[tokio::test]
async fn the_file_alone_holds_everything_when_the_last_clone_is_dropped() {
    let (_directory, path) = place();
    for round in 1..=20 {
        let store = Sqlite::open(&path).await.unwrap();
        let clone = store.clone();
        for n in 0..5 {
            add(&store, "account-1", round * 5 + n).await;
        }
        assert_eq!(ids(&store, Read::all(None)).await.len() as u128, round * 5);
        drop((store, clone));
        assert!(!path.with_extension("db-wal").exists(), "round {round}");
        assert_eq!(of_a_copy(&path).await as u128, round * 5);
    }
}

#[tokio::test]
async fn closing_waits_for_what_was_asked_for_and_given_up() {
    let (_directory, path) = place();
    let store = Sqlite::open(&path).await.unwrap();
    for n in 0..50 {
        let (store, given_up) = (store.clone(), n % 2 == 0);
        let append = tokio::spawn(async move { add(&store, "account-1", n).await });
        if given_up {
            tokio::task::yield_now().await;
            append.abort();
        }
        let _ = append.await;
    }
    store.close().await.unwrap();
    assert!(!path.with_extension("db-wal").exists());
    assert!(of_a_copy(&path).await >= 25);
}

/// A runtime whose one thread is busy until the sender is dropped.
fn busy() -> (Runtime, mpsc::SyncSender<()>) {
    let runtime = one_thread();
    let (release, released) = mpsc::sync_channel(1);
    runtime.spawn_blocking(move || released.recv());
    (runtime, release)
}

/// Asks for a read that a thread of this runtime does, once it has time.
fn give_up(store: &Sqlite, read: Read, elsewhere: &Runtime) {
    let _there = elsewhere.enter();
    assert!(store.read(read).now_or_never().is_none());
}

#[test]
fn closing_waits_for_a_read_that_was_given_up() {
    let (elsewhere, release) = busy();
    one_thread().block_on(async {
        let (_directory, path) = place();
        let store = Sqlite::open(&path).await.unwrap();
        for n in 0..10 {
            let ids = n * 2000..(n + 1) * 2000;
            let append = batch("account-1", Expected::Any, ids);
            store.append(append).await.unwrap();
        }
        let rare = Read::all(None).event("account.closed");
        give_up(&store, rare, &elsewhere);
        drop(release);
        add(&store, "account-1", 20_000).await;
        store.close().await.unwrap();
        assert!(!path.with_extension("db-wal").exists());
    });
}

#[test]
fn closing_waits_for_a_read_that_was_given_up_before_it_began() {
    let (elsewhere, release) = busy();
    one_thread().block_on(async {
        let (_directory, path) = place();
        let store = Sqlite::open(&path).await.unwrap();
        let append = batch("account-1", Expected::NoStream, 1..=129);
        store.append(append).await.unwrap();
        let account = Read::stream(name("account-1"), None);
        give_up(&store, account, &elsewhere);
        let mut closing = pin!(store.close());
        assert!(closing.as_mut().now_or_never().is_none());
        // What closing leaves to this thread is done before this.
        spawn_blocking(|| ()).await.unwrap();
        assert!(
            closing.as_mut().now_or_never().is_none(),
            "the read keeps the file open"
        );
        drop(release);
        closing.await.unwrap();
        assert!(!path.with_extension("db-wal").exists());
    });
}

#[tokio::test]
async fn a_file_that_clones_use_stays_open() {
    let (_directory, path) = place();
    let store = Sqlite::open(&path).await.unwrap();
    let clone = store.clone();
    let refused = store.close().await;
    assert!(matches!(
        refused,
        Err(StoreError::Unavailable(error)) if error.cause == UnavailableCause::Closed
    ));
    add(&clone, "account-1", 1).await;
    assert_eq!(
        clone.head().await.unwrap().map(factum::Position::get),
        Some(1)
    );
    clone.close().await.unwrap();
}
