//! Pairs of stores, what is put into one as it may have been stored, and what lies in the other.

use factum::copy::{Copied, CopyError, Copying};
use factum::store::{Append, NewEvent, Read, StoredEvent};
use factum::{EventId, Expected, Store, Uuid, copy};

use crate::domain::{Account, Order};

/// Makes of each `async fn name(from: impl Store + Clone, to: impl Store + Clone)` one test per pair of stores.
macro_rules! on_every_pair {
    ($($name:ident),+ $(,)?) => {
        mod memory_to_memory {
            $(#[tokio::test]
            async fn $name() {
                super::$name(factum::Memory::new(), factum::Memory::new()).await;
            })+
        }

        mod memory_to_sqlite {
            $(#[tokio::test]
            async fn $name() {
                let file = crate::stores::File::new();
                super::$name(factum::Memory::new(), file.open().await).await;
            })+
        }

        mod sqlite_to_memory {
            $(#[tokio::test]
            async fn $name() {
                let file = crate::stores::File::new();
                super::$name(file.open().await, factum::Memory::new()).await;
            })+
        }

        mod sqlite_to_postgres {
            $(#[tokio::test]
            async fn $name() {
                let file = crate::stores::File::new();
                super::$name(file.open().await, crate::each::on_a_server().await).await;
            })+
        }

        mod memory_to_postgres {
            $(#[tokio::test]
            async fn $name() {
                super::$name(factum::Memory::new(), crate::each::on_a_server().await).await;
            })+
        }

        mod postgres_to_memory {
            $(#[tokio::test]
            async fn $name() {
                super::$name(crate::each::on_a_server().await, factum::Memory::new()).await;
            })+
        }

        mod postgres_to_postgres {
            $(#[tokio::test]
            async fn $name() {
                let (one, other) = (crate::each::on_a_server().await, crate::each::on_a_server().await);
                super::$name(one, other).await;
            })+
        }

        mod postgres_to_sqlite {
            $(#[tokio::test]
            async fn $name() {
                let file = crate::stores::File::new();
                super::$name(crate::each::on_a_server().await, file.open().await).await;
            })+
        }

        mod sqlite_to_sqlite {
            $(#[tokio::test]
            async fn $name() {
                let (one, other) = (crate::stores::File::new(), crate::stores::File::new());
                super::$name(one.open().await, other.open().await).await;
            })+
        }
    };
}
pub(crate) use on_every_pair;

/// Methods of a store that are those of the store within.
macro_rules! through {
    ($inner:tt: $($method:ident),+) => {
        $(crate::stores::through!(@$method $inner);)+
    };
    (@append $inner:tt) => {
        fn append(
            &self,
            append: factum::store::Append,
        ) -> factum::store::BoxFuture<'_, Result<factum::store::Appended, factum::StoreError>> {
            self.$inner.append(append)
        }
    };
    (@read $inner:tt) => {
        fn read(
            &self,
            read: factum::store::Read,
        ) -> factum::store::BoxFuture<'_, Result<factum::store::Page, factum::StoreError>> {
            self.$inner.read(read)
        }
    };
    (@head $inner:tt) => {
        fn head(
            &self,
        ) -> factum::store::BoxFuture<'_, Result<Option<factum::Position>, factum::StoreError>>
        {
            self.$inner.head()
        }
    };
    (@wait $inner:tt) => {
        fn wait(
            &self,
            after: Option<factum::Position>,
            timeout: std::time::Duration,
        ) -> factum::store::BoxFuture<'_, Result<(), factum::StoreError>> {
            self.$inner.wait(after, timeout)
        }
    };
    (@durability $inner:tt) => {
        fn durability(&self) -> factum::Durability {
            self.$inner.durability()
        }
    };
}
pub(crate) use through;

/// A file that goes with the test.
pub struct File(tempfile::TempDir);

impl File {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> std::path::PathBuf {
        self.0.path().join("events.db")
    }

    pub async fn open(&self) -> factum::Sqlite {
        factum::Sqlite::open(self.path()).await.unwrap()
    }
}

/// Stream, name, version and payload.
pub type Row = (&'static str, &'static str, u16, &'static str);

pub const DEPOSITED: &str = "account.deposited";

/// Eight events as several releases stored them, of which one is ignored.
pub const LOG: [Row; 8] = [
    ("account-ada", "account.opened", 1, r#"{"owner":"Ada"}"#),
    ("account-ada", "AccountDeposited", 1, r#"{"cents":1}"#),
    ("order-7", "order.placed", 1, r#"{"items":3}"#),
    ("account-ada", DEPOSITED, 1, r#"{"cents":2}"#),
    ("account-bob", "account.opened", 1, r#"{"owner":"Bob"}"#),
    ("account-bob", "account.audited", 9, "not even JSON"),
    ("account-ada", DEPOSITED, 1, r#"{"cents":4}"#),
    ("account-bob", DEPOSITED, 1, r#"{"cents":8}"#),
];

/// What of it is in a copy.
pub const COPIED: u64 = 7;

pub fn id(number: u128) -> EventId {
    EventId::new(Uuid::from_u128(number))
}

pub fn new_event(number: u128, name: &'static str, version: u16, payload: &str) -> NewEvent {
    let event = NewEvent::json(id(number), name, payload.to_owned());
    NewEvent { version, ..event }
}

pub async fn append(store: &dyn Store, stream: &str, event: NewEvent) {
    let append = Append::new(stream.parse().unwrap(), Expected::Any, vec![event]);
    store.append(append.unwrap()).await.unwrap();
}

/// Stores rows one by one, with ids from `first` on.
pub async fn append_rows(store: &dyn Store, first: u128, rows: &[Row]) {
    for ((stream, name, version, payload), number) in rows.iter().zip(first..) {
        append(store, stream, new_event(number, name, *version, payload)).await;
    }
}

/// All of a stored event but its places and when it was recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Whole {
    pub stream: String,
    pub id: EventId,
    pub name: String,
    pub version: u16,
    pub index: u32,
    pub codec: String,
    pub tenant: Option<String>,
    pub payload: String,
    pub metadata: String,
}

impl Whole {
    fn of(event: &StoredEvent<'_>) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self {
            stream: event.stream.to_owned(),
            id: event.id,
            name: event.name.to_owned(),
            version: event.version,
            index: event.index,
            codec: event.codec.to_owned(),
            tenant: event.tenant.map(str::to_owned),
            payload: text(event.payload),
            metadata: text(event.metadata),
        }
    }
}

impl Whole {
    /// The same event on its way into a store.
    pub fn new_event(&self) -> NewEvent {
        NewEvent {
            id: self.id,
            name: self.name.clone().into(),
            version: self.version,
            index: self.index,
            codec: self.codec.clone().into(),
            payload: self.payload.clone().into(),
            metadata: self.metadata.clone().into(),
            tenant: self.tenant.as_deref().map(Into::into),
        }
    }
}

/// All that a store holds, in the order of positions.
pub async fn all(store: &dyn Store) -> Vec<Whole> {
    let mut next = Some(Read::all(None));
    let mut events = Vec::new();
    while let Some(read) = next {
        let page = store.read(read).await.unwrap();
        events.extend(page.iter().map(|event| Whole::of(&event)));
        next = page.next();
    }
    events
}

/// Stream, id, name, version and payload of all that a store holds.
pub async fn told(store: &dyn Store) -> Vec<(String, u128, String, u16, String)> {
    let tell = |it: Whole| {
        let id = it.id.get().as_u128();
        (it.stream, id, it.name, it.version, it.payload)
    };
    all(store).await.into_iter().map(tell).collect()
}

pub fn both<'a>(from: &'a dyn Store, to: &'a dyn Store) -> Copying<'a> {
    copy(from, to).aggregate::<Account>().aggregate::<Order>()
}

/// Copies accounts and orders.
pub async fn run(from: &dyn Store, to: &dyn Store) -> Result<Copied, CopyError> {
    both(from, to).run().await
}

/// A copy of the rows in a store of its own, as it has to be.
pub async fn in_memory(from: &dyn Store) -> Vec<Whole> {
    let to = factum::Memory::new();
    run(from, &to).await.unwrap();
    all(&to).await
}
