//! Full, locked and damaged files, commits that fail, and that nothing acknowledged is lost.

use std::time::{Duration, Instant};

use factum::sqlite::rusqlite::Connection;
use factum::store::{Append, NewEvent, Read};
use factum::{Expected, Sqlite, Store, StoreError, UnavailableCause};

use crate::fixture::{
    add, batch, cause, event, fresh, ids, name, place, takes_one_more, unavailable,
};

fn sized(id: u128, bytes: usize) -> Append {
    let event = NewEvent {
        payload: vec![b'x'; bytes].into(),
        ..event(id)
    };
    Append::new(name("account-1"), Expected::Any, vec![event]).unwrap()
}

#[tokio::test]
async fn a_full_store_keeps_what_it_acknowledged() {
    let (_directory, path) = place();
    let store = Sqlite::builder(&path).max_pages(60).open().await.unwrap();
    let mut acknowledged = Vec::new();
    let error = loop {
        let id = acknowledged.len() as u128 + 1;
        match store.append(sized(id, 2000)).await {
            Ok(_) => acknowledged.push(id),
            error => break unavailable(error),
        }
    };
    assert_eq!(error.cause, UnavailableCause::Full);
    assert!(error.message.contains("raise `max_pages`"), "{error}");
    assert!(!error.is_retryable());
    assert!(acknowledged.len() > 20, "{}", acknowledged.len());
    let many = batch("account-2", Expected::Any, 1000..3000);
    assert_eq!(
        cause(store.append(many.clone()).await),
        UnavailableCause::Full
    );
    assert_eq!(ids(&store, Read::all(None)).await, acknowledged);
    let head = store.head().await.unwrap();
    drop(store);

    let store = Sqlite::builder(&path).max_pages(1000).open().await.unwrap();
    assert_eq!(ids(&store, Read::all(None)).await, acknowledged);
    assert_eq!(store.head().await.unwrap(), head);
    store.append(many).await.unwrap();
    assert_eq!(
        ids(&store, Read::all(None)).await.len(),
        acknowledged.len() + 2000
    );
}

#[tokio::test]
async fn what_still_fits_is_stored_beside_what_does_not() {
    let (_directory, path) = place();
    let store = Sqlite::builder(&path).max_pages(40).open().await.unwrap();
    let (large, small) = (store.append(sized(1, 500_000)), store.append(sized(2, 10)));
    let again = store.append(sized(3, 10));
    let (large, small, again) = tokio::join!(large, small, again);
    assert_eq!(cause(large), UnavailableCause::Full);
    small.unwrap();
    again.unwrap();
    assert_eq!(ids(&store, Read::all(None)).await, [2, 3]);
}

#[tokio::test]
async fn a_locked_file_is_reported_and_nothing_is_lost() {
    let (_directory, path) = place();
    let timeout = Duration::from_millis(100);
    let store = Sqlite::builder(&path)
        .busy_timeout(timeout)
        .open()
        .await
        .unwrap();
    add(&store, "account-1", 1).await;
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();

    let started = Instant::now();
    let waiting: Vec<_> = (2..=100)
        .map(|id| {
            let store = store.clone();
            tokio::spawn(async move { store.append(sized(id, 10)).await })
        })
        .collect();
    for one in waiting {
        let error = unavailable(one.await.unwrap());
        assert_eq!(error.cause, UnavailableCause::Locked);
        assert!(error.is_retryable());
        assert!(error.message.contains("raise `busy_timeout`"), "{error}");
    }
    assert!(
        started.elapsed() < timeout * 20,
        "each waited in turn: {:?}",
        started.elapsed()
    );
    assert_eq!(
        ids(&store, Read::all(None)).await,
        [1],
        "readers are not locked out"
    );

    other.execute_batch("COMMIT").unwrap();
    add(&store, "account-1", 2).await;
    assert_eq!(ids(&store, Read::all(None)).await, [1, 2]);
}

#[tokio::test]
async fn a_lock_within_the_timeout_is_waited_for() {
    let (_directory, path) = place();
    let store = Sqlite::builder(path)
        .busy_timeout(Duration::MAX)
        .open()
        .await
        .unwrap();
    let other = Connection::open(store.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let releasing = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        other.execute_batch("COMMIT").unwrap();
    };
    let (_, ()) = tokio::join!(add(&store, "account-1", 1), releasing);
}

#[tokio::test]
async fn a_failed_commit_is_an_unknown_outcome_that_a_retry_settles() {
    let (_directory, store) = fresh().await;
    add(&store, "account-1", 1).await;
    // A constraint that is looked at when the transaction commits, and not before.
    let other = Connection::open(store.path()).unwrap();
    other
        .execute_batch(
            "CREATE TABLE parents (key INTEGER PRIMARY KEY);
             CREATE TABLE children (parent REFERENCES parents (key) DEFERRABLE INITIALLY DEFERRED);
             CREATE TRIGGER orphans AFTER INSERT ON factum_events
                BEGIN INSERT INTO children VALUES (NEW.position); END",
        )
        .unwrap();
    let append = batch("account-1", Expected::Any, [2, 3]);
    let repeated = batch("account-1", Expected::Any, [1]);
    let error = store.append(append.clone()).await.unwrap_err();
    assert!(matches!(error, StoreError::UnknownOutcome(_)), "{error:?}");
    assert!(error.is_retryable());
    assert!(error.to_string().contains("FOREIGN KEY"), "{error}");
    assert_eq!(ids(&store, Read::all(None)).await, [1]);
    assert!(store.append(repeated).await.unwrap().repeated);

    other.execute_batch("DROP TRIGGER orphans").unwrap();
    assert!(!store.append(append.clone()).await.unwrap().repeated);
    assert!(store.append(append).await.unwrap().repeated);
    assert_eq!(ids(&store, Read::all(None)).await, [1, 2, 3]);
}

#[tokio::test]
async fn a_statement_that_changes_no_row_is_not_acknowledged() {
    let (_directory, store) = fresh().await;
    add(&store, "account-1", 1).await;
    let other = Connection::open(store.path()).unwrap();
    for table in ["events", "streams"] {
        let moment = if table == "events" {
            "INSERT"
        } else {
            "UPDATE"
        };
        let trigger = format!(
            "CREATE TRIGGER swallow_{table} BEFORE {moment} ON factum_{table}
                BEGIN SELECT RAISE(IGNORE); END"
        );
        other.execute_batch(&trigger).unwrap();
        assert_eq!(
            cause(store.append(sized(2, 10)).await),
            UnavailableCause::NotAStore
        );
        other
            .execute_batch(&format!("DROP TRIGGER swallow_{table}"))
            .unwrap();
        assert_eq!(ids(&store, Read::all(None)).await, [1]);
    }
}

#[tokio::test]
async fn a_damaged_file_is_reported_by_appends() {
    let (_directory, store) = fresh().await;
    add(&store, "account-1", 1).await;
    let other = Connection::open(store.path()).unwrap();
    // The next revision is taken already, by an event of another id.
    other
        .execute_batch("UPDATE factum_events SET revision = 1")
        .unwrap();
    let error = unavailable(store.append(sized(2, 10)).await);
    assert_eq!(error.cause, UnavailableCause::NotAStore);
    assert!(
        error.to_string().contains("UNIQUE constraint failed"),
        "{error}"
    );
    other
        .execute_batch("UPDATE factum_streams SET last = 'many'")
        .unwrap_err();
    other
        .execute_batch("UPDATE factum_streams SET last = 9223372036854775807")
        .unwrap();
    let error = store.append(sized(3, 10)).await.unwrap_err();
    assert!(matches!(error, StoreError::Refused(_)), "{error:?}");
}

#[tokio::test]
async fn the_largest_revision_stays_free_so_that_each_has_a_next_one() {
    let (_directory, store) = fresh().await;
    add(&store, "account-1", 1).await;
    let other = Connection::open(store.path()).unwrap();
    let near_the_end = format!("UPDATE factum_streams SET last = {}", i64::MAX - 2);
    other.execute_batch(&near_the_end).unwrap();
    takes_one_more(&store, "account-1").await;
}
