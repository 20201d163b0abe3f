//! The stores that are tried, and where each is: nothing else in this package tells them apart.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use factum::store::{Append, Appended, BoxFuture, Deletes, Page, Read, Snapshots};
use factum::{Durability, Memory, Position, Postgres, Sqlite, Store, StoreError};
use serde::{Deserialize, Serialize};

use crate::clock::{Setting, TestClock};

/// Where a store is. Processes can share each of them but memory.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Nowhere else: each time that it is opened there is another one.
    Memory,
    /// A file.
    File(PathBuf),
    /// A file that is written to on the thread that asks for it.
    BlockingFile(PathBuf),
    /// A database of a server, by its address.
    Database(String),
}

impl Place {
    /// Opens the store.
    pub async fn open(&self) -> AnyStore {
        self.open_by(&Setting::Machine.clock()).await
    }

    /// Opens a store that goes by this clock.
    pub async fn open_by(&self, clock: &TestClock) -> AnyStore {
        let clock = clock.clone();
        let file = match self {
            Self::Memory => return AnyStore::Memory(Memory::with_clock(clock)),
            Self::Database(url) => {
                let store = Postgres::builder(url).migrate().clock(clock);
                return AnyStore::Postgres(store.open().await.unwrap());
            }
            Self::File(path) => Sqlite::builder(path),
            Self::BlockingFile(path) => Sqlite::builder(path).blocking(true),
        };
        AnyStore::Sqlite(file.clock(clock).open().await.unwrap())
    }

    /// The address of its database; not every store has one.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Database(url) => Some(url),
            Self::Memory | Self::File(_) | Self::BlockingFile(_) => None,
        }
    }

    /// Where its file is; not every store has one.
    pub fn path(&self) -> Option<&PathBuf> {
        match self {
            Self::File(path) | Self::BlockingFile(path) => Some(path),
            Self::Memory | Self::Database(_) => None,
        }
    }
}

/// The name of the store.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Memory => "memory",
            Self::File(_) => "SQLite",
            Self::BlockingFile(_) => "SQLite, blocking",
            Self::Database(_) => "PostgreSQL",
        })
    }
}

/// An open store. Clones are one store.
#[derive(Clone, Debug)]
pub enum AnyStore {
    /// In memory.
    Memory(Memory),
    /// In a file.
    Sqlite(Sqlite),
    /// On a server.
    Postgres(Postgres),
}

impl AnyStore {
    /// Closes the file, if it is one.
    pub async fn close(self) {
        if let Self::Sqlite(store) = self {
            store.close().await.unwrap();
        }
    }

    fn store(&self) -> &dyn Store {
        match self {
            Self::Memory(store) => store,
            Self::Sqlite(store) => store,
            Self::Postgres(store) => store,
        }
    }
}

impl Store for AnyStore {
    fn append(&self, append: Append) -> BoxFuture<'_, Result<Appended, StoreError>> {
        self.store().append(append)
    }

    fn read(&self, read: Read) -> BoxFuture<'_, Result<Page, StoreError>> {
        self.store().read(read)
    }

    fn head(&self) -> BoxFuture<'_, Result<Option<Position>, StoreError>> {
        self.store().head()
    }

    fn wait(
        &self,
        after: Option<Position>,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        self.store().wait(after, timeout)
    }

    fn durability(&self) -> Durability {
        self.store().durability()
    }

    fn snapshots(&self) -> Option<&dyn Snapshots> {
        self.store().snapshots()
    }

    fn deletes(&self) -> Option<&dyn Deletes> {
        self.store().deletes()
    }
}
