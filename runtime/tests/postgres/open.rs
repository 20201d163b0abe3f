//! What opening refuses, and what it says then.

use std::time::{Duration, Instant};

use factum::{Expected, Position, Postgres, Store, StoreError, Survives, UnavailableCause};

use crate::batches::{batch, cause, unavailable};
use crate::fixture::{fresh, locked, pool};

/// What everybody needs.
const TABLE: &str = "LOCK TABLE factum.head";

#[tokio::test]
async fn a_database_without_the_schema_says_how_it_comes_about() {
    let url = factum_server::database().await;
    let refused = unavailable(Postgres::open(&url).await);
    assert_eq!(refused.cause, UnavailableCause::OlderSchema);
    insta::assert_snapshot!(refused, @"the store cannot serve: the schema `factum` has version 0 and this build needs 1; open the store once with `Postgres::builder(..).migrate()` as a role that owns it, or have the statements of `Postgres::migration` run");
    Postgres::builder(&url).migrate().open().await.unwrap();
    Postgres::open(&url).await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_reached_is_told_from_what_is_wrong() {
    let url = factum_server::database().await;
    let nowhere = "postgres:///x?host=/nowhere&user=postgres";
    for (url, expected) in [
        ("no address", UnavailableCause::Misconfigured),
        (nowhere, UnavailableCause::Io),
        (
            &url.replace("/test_", "/gone_"),
            UnavailableCause::NotAStore,
        ),
        (
            &url.replace("user=postgres", "user=nobody_here"),
            UnavailableCause::Misconfigured,
        ),
    ] {
        assert_eq!(cause(Postgres::open(url).await), expected, "{url}");
    }
}

#[tokio::test]
async fn a_server_that_takes_no_writes_says_so_and_nothing_is_there() {
    let (url, _store) = fresh().await;
    let read_only = format!("{url}&options=-c%20default_transaction_read_only%3Don");
    let store = Postgres::open(&read_only).await.unwrap();
    let refused = store.append(batch("account-1", Expected::Any, [1])).await;
    assert_eq!(cause(refused), UnavailableCause::ReadOnly);
    assert_eq!(store.head().await.unwrap(), None);
}

#[tokio::test]
async fn durability_is_what_the_server_is_set_to() {
    let (_url, store) = fresh().await;
    let durability = store.durability();
    assert_eq!(durability.survives, Survives::Process);
    assert!(
        durability
            .settings
            .contains("fsync=off, full_page_writes=off"),
        "{durability}"
    );
}

#[tokio::test]
async fn a_connection_is_waited_for_so_long_and_no_longer() {
    let (url, _store) = fresh().await;
    let pool = pool(&url);
    let store = Postgres::on(pool.clone())
        .timeout(Duration::from_secs(1))
        .open()
        .await
        .unwrap();
    // The task that appends keeps one.
    store
        .append(batch("account-1", Expected::Any, [1]))
        .await
        .unwrap();
    let other = pool.get().await.unwrap();
    let waited = unavailable(store.head().await);
    assert_eq!(waited.cause, UnavailableCause::Locked);
    assert!(
        waited.message.contains("no connection was free for 1s"),
        "{waited}"
    );
    store
        .append(batch("account-1", Expected::Any, [2]))
        .await
        .unwrap();
    drop(other);
    assert!(store.head().await.unwrap().is_some());
}

#[tokio::test]
async fn an_answer_is_waited_for_so_long_and_what_is_late_disturbs_nobody() {
    let (url, _store) = fresh().await;
    let store = Postgres::on(pool(&url))
        .timeout(Duration::from_secs(1))
        .open()
        .await
        .unwrap();
    let other = locked(&url, TABLE).await;
    assert_eq!(cause(store.head().await), UnavailableCause::Io);
    let late = store
        .append(batch("account-1", Expected::NoStream, [1]))
        .await;
    assert!(
        matches!(late, Err(StoreError::UnknownOutcome(_))),
        "{late:?}"
    );
    other.batch_execute("ROLLBACK").await.unwrap();
    settled(&store).await;
}

#[tokio::test]
async fn the_server_gives_up_before_the_client_and_says_that_nothing_is_stored() {
    let (url, _store) = fresh().await;
    let held = |limit: &str| {
        let url = format!("{url}&options={limit}");
        async move {
            let builder = Postgres::builder(&url).timeout(Duration::from_millis(500));
            let store = builder.open().await.unwrap();
            let other = locked(&url, TABLE).await;
            let started = Instant::now();
            let append = batch("account-1", Expected::NoStream, [1]);
            let read = unavailable(store.head().await);
            let write = unavailable(store.append(append).await);
            assert!(started.elapsed() < Duration::from_secs(1), "{started:?}");
            other.batch_execute("ROLLBACK").await.unwrap();
            (read, write, store)
        }
    };
    for (limit, code) in [("", "55P03"), ("-c%20lock_timeout%3D0", "57014")] {
        let (read, write, store) = held(limit).await;
        for refused in [read, write] {
            assert_eq!(refused.cause, UnavailableCause::Locked, "{limit}");
            assert!(refused.message.contains(code), "{limit}: {refused}");
        }
        if code == "57014" {
            settled(&store).await;
        }
    }
}

/// Whether what was given up is stored once now, and by this alone.
async fn settled(store: &Postgres) {
    let append = batch("account-1", Expected::NoStream, [1]);
    let settled = store.append(append).await.unwrap();
    assert_eq!(settled.positions, [Position::new(1)]);
    assert_eq!(store.head().await.unwrap(), Some(Position::new(1)));
}
