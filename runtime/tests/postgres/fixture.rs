//! Databases, and what is done to them beside the store.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use factum::postgres::deadpool_postgres::{Manager, Pool};
use factum::postgres::tokio_postgres::{Client, NoTls, connect};
use factum::store::StoredSnapshot;
use factum::{Postgres, Revision};
use factum_server::WAITING;
use tempfile::TempDir;
use tokio::net::UnixListener;

use crate::batches::name;

/// The row that all who append change.
pub(crate) const HEAD: &str = "SELECT FROM factum.head FOR UPDATE";

/// What all who read or store events need.
pub(crate) const EVENTS: &str = "LOCK TABLE factum.events";

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

/// A snapshot of `account-1`.
pub(crate) fn snapshot(revision: u64) -> StoredSnapshot {
    StoredSnapshot {
        stream: name("account-1"),
        first: Revision::new(0),
        revision: Revision::new(revision),
        shape: u64::MAX,
        codec: "json".to_owned(),
        state: format!("{revision}").into(),
    }
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

/// Returns once so many sessions of the database wait for a lock.
pub(crate) async fn waiting(watch: &Client, sessions: usize) {
    who_waits(watch, sessions, "pid").await;
}

/// Does something to the sessions that wait for a lock, each told by its `pid`, once there is one.
pub(crate) async fn to_who_waits(watch: &Client, what: &str) {
    who_waits(watch, 1, what).await;
}

async fn who_waits(watch: &Client, sessions: usize, what: &str) {
    let ask = format!("SELECT {what} FROM {WAITING}");
    let started = Instant::now();
    while watch.query(&ask, &[]).await.unwrap().len() < sessions {
        assert!(started.elapsed() < Duration::from_secs(20), "{sessions}");
    }
}

/// Where the server is found, which can be moved: what connects there then is let in, and hears no word.
pub(crate) struct Place {
    pub(crate) url: String,
    pub(crate) server: PathBuf,
    folder: TempDir,
}

impl Place {
    pub(crate) fn of(url: &str) -> Self {
        let (socket, folder) = (factum_server::socket(), tempfile::tempdir().unwrap());
        let host = |folder: &Path| folder.display().to_string();
        let place = Self {
            url: url.replace(&host(&socket), &host(folder.path())),
            server: socket.join(".s.PGSQL.5432"),
            folder,
        };
        place.speaks();
        place
    }

    fn socket(&self) -> PathBuf {
        let socket = self.folder.path().join(".s.PGSQL.5432");
        let _ = fs::remove_file(&socket);
        socket
    }

    pub(crate) fn speaks(&self) {
        symlink(&self.server, self.socket()).unwrap();
    }

    pub(crate) fn silent(&self) -> UnixListener {
        UnixListener::bind(self.socket()).unwrap()
    }
}
