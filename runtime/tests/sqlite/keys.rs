//! What is appended at once, by the key that the stream had when it was last written to, is what would be appended
//! after a look at it.

use factum::sqlite::rusqlite::Connection;
use factum::store::Read;
use factum::{Expected, Revision, Sqlite, Store, StoreError};

use crate::fixture::{add, batch, ids, name, place};

const SECOND: Expected = Expected::Revision(Revision::new(1));

/// The key, the first and the last revision of a stream, as its row has them.
fn row(path: &std::path::Path, name: &str) -> (i64, i64, i64) {
    let connection = Connection::open(path).unwrap();
    let row = "SELECT key, first, last FROM factum_streams WHERE name = ?1";
    connection
        .query_row(row, [name], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap()
}

async fn of(store: &Sqlite, stream: &str) -> Vec<u128> {
    ids(store, Read::stream(name(stream), None)).await
}

#[tokio::test]
async fn a_key_that_another_stream_has_got_is_looked_up_again() {
    let (_directory, path) = place();
    let store = Sqlite::open(&path).await.unwrap();
    for id in [1, 2] {
        add(&store, "account-1", id).await;
        add(&store, "account-2", 10 + id).await;
    }
    let (old, ..) = row(&path, "account-1");
    // As a transaction that gave out a key, and was rolled back, leaves it to the next one.
    let swap = "BEGIN;
        UPDATE factum_streams SET key = -key;
        UPDATE factum_streams SET key = CASE name WHEN 'account-1' THEN 2 ELSE 1 END;
        UPDATE factum_events SET stream = -stream;
        UPDATE factum_events SET stream = 3 + stream;
        COMMIT";
    Connection::open(&path)
        .unwrap()
        .execute_batch(swap)
        .unwrap();
    assert_ne!(row(&path, "account-1").0, old);

    let done = store.append(batch("account-1", SECOND, [3])).await.unwrap();
    assert_eq!(done.first, Revision::new(2));
    assert_eq!(of(&store, "account-1").await, [1, 2, 3]);
    assert_eq!(of(&store, "account-2").await, [11, 12]);
    assert_eq!(row(&path, "account-2").2, 1);
}

#[tokio::test]
async fn what_others_have_written_or_deleted_meanwhile_is_a_conflict() {
    let (_directory, path) = place();
    let store = Sqlite::open(&path).await.unwrap();
    let other = Sqlite::open(&path).await.unwrap();
    for id in [1, 2] {
        add(&store, "account-1", id).await;
        add(&store, "account-2", 10 + id).await;
    }
    add(&other, "account-1", 3).await;
    let delete = other.deletes().unwrap();
    let gone = delete.delete(name("account-2"), Expected::Exists).await;
    assert_eq!(gone.unwrap(), 2);

    for (stream, actual) in [("account-1", Some(Revision::new(2))), ("account-2", None)] {
        match store.append(batch(stream, SECOND, [9])).await {
            Err(StoreError::Conflict(conflict)) => assert_eq!(conflict.actual, actual),
            other => panic!("expected a conflict, got: {other:?}"),
        }
    }
    assert_eq!(of(&store, "account-1").await, [1, 2, 3]);
    assert_eq!(of(&store, "account-2").await, []);
}

#[tokio::test]
async fn a_batch_that_is_known_leaves_the_end_of_its_stream_where_it_was() {
    let (_directory, path) = place();
    let store = Sqlite::open(&path).await.unwrap();
    add(&store, "account-1", 1).await;
    add(&store, "account-1", 2).await;
    let head = store.head().await.unwrap();

    // The last one is what is expected, so that it is inserted before its id is found to be known.
    let again = store
        .append(batch("account-1", SECOND, [1, 2]))
        .await
        .unwrap();
    assert!(again.repeated);
    assert_eq!(again.first, Revision::FIRST);
    let partly = store.append(batch("account-1", SECOND, [3, 1])).await;
    assert!(matches!(partly, Err(StoreError::Refused(_))), "{partly:?}");
    assert_eq!(row(&path, "account-1"), (1, 0, 1));
    assert_eq!(store.head().await.unwrap(), head);

    let next = store.append(batch("account-1", SECOND, [3])).await.unwrap();
    assert_eq!((next.first, next.repeated), (Revision::new(2), false));
    assert_eq!(of(&store, "account-1").await, [1, 2, 3]);
}
