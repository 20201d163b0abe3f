//! New and empty stores: the one place that lists those that everything is tried on.

use std::future::{Ready, ready};

use factum::postgres::tokio_postgres::{Client, NoTls, connect};
use factum::sqlite::rusqlite;
use factum_faults::{AnyStore, Place};
use factum_server::{Cluster, DURABLE};
use tempfile::TempDir;

/// A store of a test's own, and a folder for what else the test keeps.
pub(crate) struct Home {
    pub(crate) place: Place,
    pub(crate) folder: TempDir,
    /// A server of its own, where it needs one.
    pub(crate) cluster: Option<Cluster>,
}

impl Home {
    fn at(place: impl FnOnce(&TempDir) -> Place) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = place(&folder);
        let cluster = None;
        Self {
            place,
            folder,
            cluster,
        }
    }

    pub(crate) fn memory() -> Ready<Self> {
        ready(Self::at(|_| Place::Memory))
    }

    pub(crate) fn sqlite() -> Ready<Self> {
        ready(Self::at(|folder| {
            Place::File(folder.path().join("store.db"))
        }))
    }

    /// Whoever asks for something to be written does it.
    pub(crate) fn blocking_sqlite() -> Ready<Self> {
        ready(Self::at(|folder| {
            Place::BlockingFile(folder.path().join("store.db"))
        }))
    }

    pub(crate) async fn postgres() -> Self {
        let url = factum_server::database().await;
        Self::at(|_| Place::Database(url))
    }

    /// On a server that waits for its disk.
    pub(crate) async fn durable_postgres() -> Self {
        let cluster = Cluster::start(&DURABLE).unwrap();
        let url = factum_server::database_at(cluster.folder()).await;
        Self {
            cluster: Some(cluster),
            ..Self::at(|_| Place::Database(url))
        }
    }

    /// Another one of the same kind.
    pub(crate) async fn anew(&self) -> Self {
        match self.place {
            Place::Memory => Self::memory().await,
            Place::File(_) => Self::sqlite().await,
            Place::BlockingFile(_) => Self::blocking_sqlite().await,
            Place::Database(_) => Self::postgres().await,
        }
    }

    /// One of each.
    pub(crate) async fn of_each() -> [Self; 3] {
        [
            Self::memory().await,
            Self::sqlite().await,
            Self::postgres().await,
        ]
    }

    /// What the database or the file consists of.
    pub(crate) async fn schema(&self) -> Vec<String> {
        match &self.place {
            Place::Memory => Vec::new(),
            Place::File(path) | Place::BlockingFile(path) => {
                let file = rusqlite::Connection::open(path).unwrap();
                let mut query = file
                    .prepare(
                        "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema",
                    )
                    .unwrap();
                let rows = query.query_map([], |row| row.get(0)).unwrap();
                rows.map(Result::unwrap).collect()
            }
            Place::Database(url) => {
                let query = "SELECT pg_describe_object(c, o, 0) FROM (
                        SELECT 'pg_class'::regclass, oid FROM pg_class WHERE relnamespace <> 'pg_toast'::regnamespace
                        UNION ALL SELECT 'pg_proc'::regclass, oid FROM pg_proc
                        UNION ALL SELECT 'pg_namespace'::regclass, oid FROM pg_namespace
                    ) AS one (c, o) ORDER BY 1";
                let rows = session(url).await.query(query, &[]).await.unwrap();
                rows.iter().map(|row| row.get(0)).collect()
            }
        }
    }

    pub(crate) async fn open(&self) -> AnyStore {
        self.place.open().await
    }
}

/// A session of another program.
pub(crate) async fn session(url: &str) -> Client {
    let (client, connection) = connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Makes the function a test on each of these stores.
macro_rules! on {
    ($test:ident: $($store:ident)+) => {
        mod $test {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $store() {
                super::$test($crate::home::Home::$store().await).await;
            })+
        }
    };
}

/// Makes the function a test on every store.
macro_rules! on_every_store {
    ($test:ident) => {
        $crate::home::on! { $test: memory sqlite postgres }
    };
}

/// Makes the function a test on every store that processes can share.
macro_rules! on_shared_stores {
    ($test:ident) => {
        $crate::home::on! { $test: sqlite postgres }
    };
}

pub(crate) use {on, on_every_store, on_shared_stores};
