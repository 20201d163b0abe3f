//! Every sentence of the store contract, on every store that ships.

#![expect(clippy::unwrap_used, reason = "a test that fails is a panic")]
#![expect(unreachable_pub, reason = "a test is a crate without users")]

mod broken;
mod planted;

use std::sync::Arc;

use factum::postgres::Payloads;
use factum::testing::Faulty;
use factum::testing::conformance::Kit;
use factum::{Memory, Postgres, Sqlite, Store};
use tempfile::TempDir;
use tokio::sync::OnceCell;

struct InMemory;

impl Kit for InMemory {
    type Store = Memory;

    async fn open(&self) -> Memory {
        Memory::new()
    }

    async fn reopen(&self, _: Memory) -> Option<Memory> {
        None
    }
}

/// Files in a directory that goes with the case.
struct InFiles {
    folder: TempDir,
    blocking: bool,
}

impl InFiles {
    fn new(blocking: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder, blocking }
    }
}

impl Kit for InFiles {
    type Store = Sqlite;

    async fn open(&self) -> Sqlite {
        Sqlite::builder(self.folder.path().join("store.db"))
            .blocking(self.blocking)
            .open()
            .await
            .unwrap()
    }

    async fn reopen(&self, store: Sqlite) -> Option<Sqlite> {
        drop(store);
        Some(self.open().await)
    }
}

/// A database of a server that the tests start.
#[derive(Default)]
struct OnServer {
    url: OnceCell<String>,
    /// Whether its events lie in partitions, of which each case fills several.
    partitioned: bool,
    payloads: Option<Payloads>,
}

impl OnServer {
    fn of_text() -> Self {
        Self {
            payloads: Some(Payloads::Text),
            ..Self::default()
        }
    }

    fn partitioned() -> Self {
        Self {
            partitioned: true,
            ..Self::default()
        }
    }

    async fn create(&self) -> String {
        let url = factum_server::database().await;
        if self.partitioned {
            let partitions = (1..100)
                .step_by(3)
                .map(|at| Postgres::partition("factum", at..at + 3));
            let sql = Postgres::migration("factum") + &Postgres::partitioning("factum");
            factum_server::execute_at(&url, &(sql + &partitions.collect::<String>())).await;
        }
        url
    }
}

impl Kit for OnServer {
    type Store = Postgres;

    async fn open(&self) -> Postgres {
        let url = self.url.get_or_init(|| self.create()).await;
        let builder = Postgres::builder(url).connections(4).migrate();
        let builder = match self.payloads {
            Some(payloads) => builder.payloads(payloads),
            None => builder,
        };
        builder.open().await.unwrap()
    }

    async fn reopen(&self, store: Postgres) -> Option<Postgres> {
        drop(store);
        Some(self.open().await)
    }
}

#[test]
fn a_store_in_others_keeps_its_abilities() {
    let store = Arc::new(Faulty::new(Memory::new()));
    assert!(Store::snapshots(&store).is_some());
    assert!(Store::deletes(&store).is_some());
}

factum::conformance! {
    memory: InMemory,
    sqlite: InFiles::new(false),
    blocking_sqlite: InFiles::new(true),
    postgres: OnServer::default(),
    partitioned_postgres: OnServer::partitioned(),
    postgres_of_text: OnServer::of_text(),
}
