//! Databases, and what is done to them beside the store.

use factum::Postgres;
use factum::postgres::deadpool_postgres::{Manager, Pool};
use factum::postgres::tokio_postgres::{Client, NoTls, connect};

/// A database of its own, and a store in it.
pub(crate) async fn fresh() -> (String, Postgres) {
    let url = factum_server::database().await;
    let store = Postgres::builder(&url).migrate().open().await.unwrap();
    (url, store)
}

/// A pool of the program's own, of two connections, whose sessions are told of no limit.
pub(crate) fn pool(url: &str) -> Pool {
    let manager = Manager::new(url.parse().unwrap(), NoTls);
    Pool::builder(manager).max_size(2).build().unwrap()
}

/// A session of another program.
pub(crate) async fn session(url: &str) -> Client {
    let (client, connection) = connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// The same, with something that it holds until it ends its transaction.
pub(crate) async fn locked(url: &str, lock: &str) -> Client {
    let other = session(url).await;
    other
        .batch_execute(&format!("BEGIN; {lock}"))
        .await
        .unwrap();
    other
}
