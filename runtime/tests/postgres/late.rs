//! Connections that come about after whoever asked for them has gone.

use std::time::Duration;

use factum::store::Read;
use factum::{Postgres, Store};
use tokio::io::copy_bidirectional;
use tokio::net::UnixStream;
use tokio::time::timeout;

use crate::fixture::{EVENTS, Place, fresh, locked, session, waiting};

#[tokio::test]
async fn a_connection_that_comes_about_too_late_serves_whoever_asks_next() {
    let (url, _) = fresh().await;
    let door = Place::of(&url);
    let store = Postgres::builder(&door.url).connections(2).open().await;
    let store = store.unwrap();
    // The one that it has is busy.
    let (other, watch) = (locked(&url, EVENTS).await, session(&url).await);
    let reading = tokio::spawn({
        let store = store.clone();
        async move { store.read(Read::all(None)).await }
    });
    waiting(&watch, 1).await;
    let silent = door.silent();
    let asking = tokio::spawn({
        let store = store.clone();
        async move { store.head().await }
    });
    let (mut late, _) = silent.accept().await.unwrap();
    asking.abort();
    assert!(asking.await.unwrap_err().is_cancelled());
    let mut server = UnixStream::connect(&door.server).await.unwrap();
    tokio::spawn(async move { copy_bidirectional(&mut late, &mut server).await });
    let head = timeout(Duration::from_secs(10), store.head()).await;
    assert_eq!(head.unwrap().unwrap(), None, "over that one");
    let another = timeout(Duration::from_millis(50), silent.accept()).await;
    assert!(another.is_err(), "another one was opened");
    other.batch_execute("COMMIT").await.unwrap();
    reading.await.unwrap().unwrap();
}
