//! What is kept of connections, and what a statement has to look like for that.

use factum::postgres::deadpool_postgres::Pool;
use factum::store::Read;
use factum::{Postgres, Store, UnavailableCause};

use crate::batches::{add, cause, name};
use crate::fixture::{fresh, pool, session};

/// A store with a stream, and another one over a pool of the program's own.
async fn shared() -> (String, Pool, Postgres) {
    let (url, store) = fresh().await;
    add(&store, "account-1", 1).await;
    let pool = pool(&url);
    let reading = Postgres::on(pool.clone()).open().await.unwrap();
    (url, pool, reading)
}

fn read() -> Read {
    Read::stream(name("account-1"), None)
}

/// How often each statement that is prepared on a connection was carried out.
async fn carried_out(pool: &Pool) -> Vec<i64> {
    let ask = "SELECT generic_plans + custom_plans FROM pg_prepared_statements
        WHERE statement LIKE '%events e%' AND statement NOT LIKE '%pg_prepared_statements%'";
    let connection = pool.get().await.unwrap();
    let rows = connection.query(ask, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn a_statement_is_prepared_once_on_a_connection_and_outlives_the_pools_own_cache() {
    let (_url, pool, reading) = shared().await;
    for _ in 0..5 {
        assert_eq!(reading.read(read()).await.unwrap().len(), 1);
        pool.manager().statement_caches.clear();
    }
    assert_eq!(carried_out(&pool).await, [5]);
}

#[tokio::test]
async fn what_is_kept_of_connections_goes_with_them() {
    let (url, _pool, reading) = shared().await;
    let other = session(&url).await;
    for _ in 0..5 {
        assert_eq!(reading.read(read()).await.unwrap().len(), 1);
        let end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
            WHERE pid <> pg_backend_pid() AND datname = current_database()";
        other.batch_execute(end).await.unwrap();
    }
    assert_eq!(reading.read(read()).await.unwrap().len(), 1);
    let kept = format!("{reading:?}").matches("Kept {").count();
    assert!((1..=2).contains(&kept), "{kept}");
}

#[tokio::test]
async fn a_column_of_another_type_is_refused() {
    let (url, _pool, reading) = shared().await;
    let change = "ALTER TABLE factum.events ALTER codec TYPE bytea USING codec::bytea";
    session(&url).await.batch_execute(change).await.unwrap();
    for read in [read(), read().bare(), Read::all(None)] {
        let refused = reading.read(read).await;
        assert!(format!("{refused:?}").contains("codec"), "{refused:?}");
        assert_eq!(cause(refused), UnavailableCause::NotAStore);
    }
}
