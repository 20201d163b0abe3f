//! Every sentence of the store contract, on every store that ships.

#![expect(clippy::unwrap_used, reason = "a test that fails is a panic")]
#![expect(unreachable_pub, reason = "a test is a crate without users")]

mod broken;
mod guarantees;
mod planted;
mod server;
#[path = "../../doc/guide/stores/shelf.rs"]
mod shelf;

use std::sync::Arc;

use factum::testing::Faulty;
use factum::testing::conformance::{Commits, Kit};
use factum::{Memory, Sqlite, Store, StreamName};
use server::OnServer;
use tempfile::TempDir;

struct InMemory;

impl Kit for InMemory {
    type Store = Memory;

    async fn open(&self) -> Memory {
        Memory::new()
    }

    async fn reopen(&self, _: Memory) -> Option<Memory> {
        None
    }

    /// The log's lock is held from the position to the last event of a batch.
    async fn commits(&self, _: &Memory, _: &StreamName) -> Commits {
        Commits::OneByOne
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

    async fn beside(&self, _: &Sqlite) -> Sqlite {
        self.open().await
    }

    /// A file has one write lock, which a transaction has from its begin to its commit.
    async fn commits(&self, _: &Sqlite, _: &StreamName) -> Commits {
        Commits::OneByOne
    }
}

#[test]
fn a_store_in_others_keeps_its_abilities() {
    let store = Arc::new(Faulty::new(Memory::new()));
    assert!(Store::snapshots(&store).is_some());
    assert!(Store::deletes(&store).is_some());
}

/// The suite of the guide, as a program has it.
mod stores {
    use super::shelf;

    include!("../../doc/guide/stores/conformance.rs");
}

factum::conformance! {
    memory: InMemory,
    sqlite: InFiles::new(false),
    blocking_sqlite: InFiles::new(true),
    postgres: OnServer::default(),
    partitioned_postgres: OnServer::partitioned(),
    postgres_of_text: OnServer::of_text(),
    postgres_over_two_connections: OnServer::over_two(),
    postgres_on_a_pool: OnServer::on_a_pool(),
    granted_postgres: OnServer::granted(),
}
