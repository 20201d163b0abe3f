//! Appends that are stored where they are asked for.

use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};

use factum::sqlite::rusqlite::Connection;
use factum::store::Read;
use factum::{Clock, Expected, Sqlite, Store, Timestamp};
use futures_util::FutureExt;
use tokio::task::yield_now;

use crate::fixture::{batch, ids, place};

/// Notes the threads that ask for the time, as each transaction does once.
#[derive(Debug, Default)]
struct Threads(Arc<Mutex<Vec<ThreadId>>>);

impl Clock for Threads {
    fn now(&self) -> Timestamp {
        self.0.lock().unwrap().push(thread::current().id());
        Timestamp::UNIX_EPOCH
    }
}

#[tokio::test]
async fn a_blocking_store_has_stored_an_append_when_it_was_asked_once() {
    for blocking in [true, false] {
        let (_directory, path) = place();
        let clock = Threads::default();
        let threads = Arc::clone(&clock.0);
        let builder = Sqlite::builder(path).blocking(blocking).clock(clock);
        let store = builder.open().await.unwrap();
        for id in 1..=3 {
            let append = store.append(batch("account-1", Expected::Any, [id]));
            // Whoever has not yielded for long is made to wait by tokio.
            yield_now().await;
            let at_once = append.now_or_never();
            // The writer's thread may be as quick, where it is given the time.
            assert!(at_once.is_some() || !blocking);
            // Who is not waited for is served all the same.
            let all = Read::all(None);
            while ids(&store, all.clone()).await.len() < usize::try_from(id).unwrap() {
                yield_now().await;
            }
        }
        assert_eq!(ids(&store, Read::all(None)).await, [1, 2, 3]);
        let here = thread::current().id();
        let threads = threads.lock().unwrap();
        let are_here: Vec<_> = threads.iter().map(|thread| *thread == here).collect();
        assert_eq!(are_here, [blocking; 3]);
    }
}

#[tokio::test]
async fn a_blocking_store_waits_elsewhere_for_a_lock() {
    let (_directory, path) = place();
    let opened = Sqlite::builder(&path).blocking(true).open().await;
    let store = opened.unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut append = store.append(batch("account-1", Expected::Any, [1]));
    assert!(
        (&mut append).now_or_never().is_none(),
        "this thread is free"
    );
    other.execute_batch("ROLLBACK").unwrap();
    append.await.unwrap();
    assert_eq!(ids(&store, Read::all(None)).await, [1]);
}
