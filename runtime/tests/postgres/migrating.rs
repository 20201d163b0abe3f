//! Migrations that are held up: they end in time, and are whole or not there.

use std::time::{Duration, Instant};

use factum::postgres::tokio_postgres::Client;
use factum::{Postgres, StoreError, UnavailableCause};
use factum_server::database;
use futures_util::future::join_all;

use crate::batches::{add, unavailable};
use crate::fixture::{pool, session};
use crate::wire::Wire;

const TIMEOUT: Duration = Duration::from_secs(1);

/// Within that it has ended, and what is left of it lets others migrate, while many do so at once.
const SOON: Duration = Duration::from_secs(5);

/// Whether the schema is there.
async fn is_there(url: &str) -> bool {
    let ask = "SELECT FROM pg_namespace WHERE nspname = 'factum'";
    let rows = session(url).await.query(ask, &[]).await.unwrap();
    !rows.is_empty()
}

/// A session that migrates the schema and comes to no end.
async fn migrating(url: &str) -> Client {
    let other = session(url).await;
    let lock = r#"SET application_name = 'stuck migration'; BEGIN;
        SELECT pg_advisory_xact_lock(hashtextextended('factum "factum"', 0))"#;
    other.batch_execute(lock).await.unwrap();
    other
}

#[tokio::test]
async fn a_migration_whose_server_goes_silent_ends_in_time_and_is_whole_or_not_there() {
    let url = database().await;
    let wire = Wire::to(&url, usize::MAX);
    open(&wire.url).await.unwrap();
    let all = wire.passed();
    let parts = (1..=24).map(|part| silenced(all * part / 25));
    let said = join_all(parts).await;
    let in_it = said.iter().filter(|(in_it, _)| *in_it).count();
    let whole = said.iter().filter(|(_, whole)| *whole).count();
    println!("silent {in_it} times in the migration, {whole} times when it was done");
    assert!(in_it > 1 && whole > 1 && whole < 24, "{said:?}");
}

/// Opens a store whose server says no more than so many bytes, and then one whose server does not: whether the migration
/// was given up, and whether it was whole.
async fn silenced(most: usize) -> (bool, bool) {
    let url = database().await;
    let wire = Wire::to(&url, most);
    let started = Instant::now();
    let given_up = unavailable(open(&wire.url).await);
    let took = started.elapsed();
    assert!(took < SOON, "{most}: {took:?}: {given_up}");
    assert_eq!(given_up.cause, UnavailableCause::Io, "{most}: {given_up}");
    let is_whole = is_there(&url).await;
    let started = Instant::now();
    let store = Postgres::builder(&url).migrate().open().await.unwrap();
    add(&store, "account-1", 1).await;
    let took = started.elapsed();
    assert!(took < SOON, "{most}: {took:?}");
    let is_of_migration = given_up.message.contains("the migration of the schema");
    (is_of_migration, is_whole)
}

/// Migrates over two connections, one of which is enough.
async fn open(url: &str) -> Result<Postgres, StoreError> {
    let builder = Postgres::builder(url).timeout(TIMEOUT).connections(2);
    builder.migrate().open().await
}

#[tokio::test]
async fn a_migration_behind_one_that_does_not_end_gives_up_in_time() {
    let url = database().await;
    let other = migrating(&url).await;
    let started = Instant::now();
    let builder = || Postgres::builder(&url).timeout(TIMEOUT).migrate();
    let refused = unavailable(builder().open().await);
    let took = started.elapsed();
    assert!(took < SOON, "{took:?}");
    assert_eq!(refused.cause, UnavailableCause::Locked, "{refused}");
    for word in ["nothing of it was changed", "55P03", "`stuck migration`"] {
        assert!(refused.message.contains(word), "{refused}");
    }
    assert!(!is_there(&url).await);
    other.batch_execute("ROLLBACK").await.unwrap();
    add(&builder().open().await.unwrap(), "account-1", 1).await;
}

#[tokio::test]
async fn a_migration_over_a_pool_without_limits_ends_in_time_too() {
    let url = database().await;
    let other = migrating(&url).await;
    let pool = pool(&url);
    let started = Instant::now();
    let builder = || Postgres::on(pool.clone()).migrate();
    let given_up = unavailable(builder().timeout(TIMEOUT).open().await);
    let took = started.elapsed();
    assert!((TIMEOUT..SOON).contains(&took), "{took:?}");
    assert_eq!(given_up.cause, UnavailableCause::Io, "{given_up}");
    other.batch_execute("ROLLBACK").await.unwrap();
    no_transaction_is_left(&url).await;
    add(&builder().open().await.unwrap(), "account-1", 1).await;
}

/// Whoever was given up notices that nobody listens any more.
async fn no_transaction_is_left(url: &str) {
    let left = "SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL";
    let (watch, started) = (session(url).await, Instant::now());
    while !watch.query(left, &[]).await.unwrap().is_empty() {
        assert!(started.elapsed() < SOON, "a transaction is left open");
    }
}

#[tokio::test]
async fn a_migration_that_nobody_waits_for_any_more_leaves_no_transaction_in_the_pool() {
    let url = database().await;
    let other = migrating(&url).await;
    let pool = pool(&url);
    let open = Postgres::on(pool.clone()).migrate().open();
    tokio::time::timeout(TIMEOUT, open).await.unwrap_err();
    other.batch_execute("ROLLBACK").await.unwrap();
    no_transaction_is_left(&url).await;
    let store = Postgres::on(pool).migrate().open().await.unwrap();
    add(&store, "account-1", 1).await;
}
