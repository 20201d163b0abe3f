//! What can be opened, and how it is then set.

use std::time::Duration;

use factum::sqlite::Synchronous;
use factum::sqlite::rusqlite::Connection;
use factum::store::{Read, open};
use factum::{Sqlite, Store, Survives, UnavailableCause};

use crate::fixture::{add, fresh, ids, place, unavailable};

#[tokio::test]
async fn tells_the_durability_that_is_in_force() {
    let (_directory, path) = place();
    let full = Sqlite::open(&path).await.unwrap().durability();
    assert_eq!(full.survives, Survives::Machine);
    assert!(full.settings.starts_with("sqlite 3."), "{}", full.settings);
    assert!(
        full.settings.ends_with(", wal, synchronous=full"),
        "{}",
        full.settings
    );

    let normal = Sqlite::builder(&path)
        .synchronous(Synchronous::Normal)
        .open()
        .await
        .unwrap();
    assert_eq!(normal.durability().survives, Survives::Process);
    assert!(normal.durability().settings.ends_with("synchronous=normal"));
}

#[tokio::test]
async fn another_connection_finds_a_write_ahead_log() {
    let (_directory, store) = fresh().await;
    let other = Connection::open(store.path()).unwrap();
    let mode: String = other
        .pragma_query_value(None, "journal_mode", |row| row.get(0))
        .unwrap();
    assert_eq!(mode, "wal");
}

#[tokio::test]
async fn keeps_events_over_reopening() {
    let (_directory, path) = place();
    let store = Sqlite::open(&path).await.unwrap();
    let position = add(&store, "account-1", 1).await;
    drop(store);
    let store = Sqlite::open(&path).await.unwrap();
    assert_eq!(store.head().await.unwrap(), Some(position));
    assert_eq!(ids(&store, Read::all(None)).await, [1]);
}

#[tokio::test]
async fn closes_the_file_when_the_last_clone_is_dropped() {
    let (directory, store) = fresh().await;
    let clone = store.clone();
    add(&store, "account-1", 1).await;
    ids(&store, Read::all(None)).await;
    // SQLite removes the log when the last connection is closed, so it tells of any that is left.
    let log = directory.path().join("store.db-wal");
    drop(store);
    add(&clone, "account-1", 2).await;
    assert!(log.exists());
    drop(clone);
    for _ in 0..500 {
        if !log.exists() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("a connection is still open");
}

#[tokio::test]
async fn stores_what_is_queued_when_it_is_dropped() {
    let (_directory, store) = fresh().await;
    let path = store.path().to_owned();
    let mut asked = Vec::new();
    for id in 1..=200 {
        let store = store.clone();
        let append = crate::fixture::batch("account-1", factum::Expected::Any, [id]);
        asked.push(tokio::spawn(async move { store.append(append).await }));
    }
    drop(store);
    for one in asked {
        one.await.unwrap().unwrap();
    }
    let store = Sqlite::open(path).await.unwrap();
    assert_eq!(ids(&store, Read::all(None)).await.len(), 200);
}

#[tokio::test]
async fn shares_a_file_with_a_read_model() {
    let (_directory, path) = place();
    let model = Connection::open(&path).unwrap();
    model
        .execute_batch("PRAGMA user_version = 7; CREATE TABLE balances (cents INTEGER)")
        .unwrap();
    let store = Sqlite::open(&path).await.unwrap();
    add(&store, "account-1", 1).await;
    model
        .execute(
            "INSERT INTO balances SELECT count(*) FROM factum_events",
            [],
        )
        .unwrap();
    let (version, cents): (i64, i64) = model
        .query_row(
            "SELECT user_version, cents FROM pragma_user_version, balances",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert_eq!((version, cents), (7, 1));
}

#[tokio::test]
async fn refuses_a_file_that_is_no_database() {
    let (_directory, path) = place();
    for text in [
        "short",
        &"a text that is longer than a page of a database\n".repeat(1000),
    ] {
        std::fs::write(&path, text).unwrap();
        let error = unavailable(Sqlite::open(&path).await);
        assert_eq!(error.cause, UnavailableCause::NotAStore);
        assert!(
            error
                .message
                .contains("store.db` is not an SQLite database"),
            "{error}"
        );
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
}

#[tokio::test]
async fn refuses_a_directory() {
    let (directory, _) = place();
    let error = unavailable(Sqlite::open(directory.path()).await);
    assert_eq!(error.cause, UnavailableCause::NotAStore);
    assert!(
        error
            .message
            .ends_with("is a directory; give the path of a file in it"),
        "{error}"
    );
}

#[tokio::test]
async fn refuses_a_directory_that_does_not_exist() {
    let (directory, _) = place();
    let error = unavailable(Sqlite::open(directory.path().join("none/store.db")).await);
    assert_eq!(error.cause, UnavailableCause::Io);
    assert!(
        error.message.ends_with("does not exist; create it first"),
        "{error}"
    );
}

#[tokio::test]
async fn refuses_what_is_no_file_to_sqlite() {
    for path in [":memory:", ""] {
        let error = unavailable(Sqlite::open(path).await);
        assert_eq!(error.cause, UnavailableCause::Misconfigured);
        assert!(error.message.contains("factum::Memory"), "{error}");
    }
}

#[tokio::test]
async fn an_address_names_a_store_and_its_place() {
    let (_directory, path) = place();
    let file = open(&format!("sqlite:{}", path.display())).await.unwrap();
    assert!(file.durability().settings.starts_with("sqlite 3."));
    assert_eq!(
        open("memory:").await.unwrap().durability().survives,
        Survives::Nothing
    );
    for address in ["memory:place", "sqlite:", "store.db", "", "redis://host"] {
        let error = unavailable(open(address).await.map(drop));
        assert_eq!(error.cause, UnavailableCause::Misconfigured, "{address}");
        assert!(
            error.message.contains("names no store; write `memory:`"),
            "{address}: {error}"
        );
    }
}

#[tokio::test]
async fn takes_a_file_name_for_no_more_than_that() {
    let (directory, _) = place();
    let path = directory.path().join("file:odd?mode=memory#%20'\";.db");
    let store = Sqlite::open(&path).await.unwrap();
    add(&store, "account-1", 1).await;
    assert!(path.exists());
}

#[tokio::test]
async fn refuses_a_limit_below_the_size_of_the_file() {
    let (_directory, path) = place();
    drop(Sqlite::open(&path).await.unwrap());
    let error = unavailable(Sqlite::builder(&path).max_pages(2).open().await);
    assert_eq!(error.cause, UnavailableCause::Misconfigured);
    assert!(error.message.ends_with("raise `max_pages`"), "{error}");
}

#[tokio::test]
async fn opens_an_up_to_date_file_while_another_process_writes() {
    let (_directory, store) = fresh().await;
    let other = Connection::open(store.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let builder = Sqlite::builder(store.path()).busy_timeout(Duration::from_millis(10));
    builder.open().await.unwrap();
}
