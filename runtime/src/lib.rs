//! Event-sourced domains: what happened is recorded as events, and everything else is worked out from them.
//!
//! You annotate plain types: events, the state that is folded from them, and methods that decide what happens
//! next. Factum stores the events, keeps old ones readable as your types change, and tests a decision in three
//! lines with no store. The store is one SQLite file, or memory; both prove the same written contract.
//!
//! ```
//! use factum::{Aggregate, Apply, Event, ExecuteError, Memory, Repository};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
//! #[event(name = "seat.reserved")]
//! pub struct Reserved { pub guest: String }
//!
//! #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
//! #[aggregate(name = "seat", id = String, events(Reserved))]
//! pub struct Seat { guest: Option<String> }
//!
//! impl Apply<Reserved> for Seat {
//!     fn apply(&mut self, event: &Reserved) { self.guest = Some(event.guest.clone()) }
//! }
//!
//! fn reserve(seat: &Seat, guest: &str) -> Result<Reserved, &'static str> {
//!     if seat.guest.is_some() { Err("taken") } else { Ok(Reserved { guest: guest.into() }) }
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let seats = Repository::<Seat, _>::new(Memory::new()); // or `Sqlite::open("seats.db").await?`
//!     let seat = "12A".to_owned();
//!     seats.update(&seat, |seat| reserve(seat, "Ada")).await?;
//!     let rejected = seats.update(&seat, |seat| reserve(seat, "Ben")).await.unwrap_err();
//!     assert!(matches!(rejected, ExecuteError::Rejected("taken")));
//!     Ok(())
//! }
//! ```
//!
//! # Words
//!
//! | word | meaning |
//! | --- | --- |
//! | [event](Event) | an immutable fact, in the past tense, with a name and a version on disk |
//! | [stream](StreamName) | the events of one aggregate, in order; each has a [`Revision`] there, and a [`Position`] in the store |
//! | [aggregate](Aggregate) | state that is folded from a stream and decides what may happen next |
//! | [command](Command) | a request as data, which an aggregate accepts with events or rejects |
//! | [projection](_guide::read_model) | a read model that is fed from events; its checkpoint is the last position that it has taken in |
//!
//! # Where to find what
//!
//! - **Declare**: [`macro@Event`], [`macro@Aggregate`], [`Apply`], [`On`], [`macro@StreamId`]; as data, [`macro@Command`] and
//!   [`Handle`]. The traits of the same names can be written by hand.
//! - **Run**: [`Repository`] loads, decides and appends; [`Context`] says on whose behalf and under which
//!   [`CommandId`]; [`AsOf`] asks for the past; [`Retry`] bounds the attempts.
//! - **Follow**: [`Subscription`] reads what was recorded, from a checkpoint on, and waits for more.
//! - **Move**: [`copy()`] streams one store into another, through the upcasters.
//! - **Test**: [`testing::Given`], [`testing::Then`], [`assert_events_snapshot!`], [`partial!`].
//! - **Store**: [`Memory`], `Sqlite`, `Postgres`, and the contract for [one of your own](_guide::stores), [`Store`].
//! - **Go wrong**: [`ExecuteError`], [`ReadError`], [`StoreError`]; each says whether trying again can help.
//!
//! # Guides
//!
//! - [Your first aggregate](_guide::first_aggregate)
//! - [A read model, fed from the store](_guide::read_model)
//! - [Deleting, and what an event store cannot forget yet](_guide::deleting)
//! - [A store on a PostgreSQL server](_guide::postgres)
//! - [How events change, and old ones stay readable](_guide::evolution)
//! - [Migration by copy](_guide::copy)
//! - [A store of your own](_guide::stores), and [what each store guarantees](_guide::guarantees)
//! - [What may change between releases](_guide::releases)
//! - [What the derives cost](_guide::cost)
//! - [What the compiler says, beside other crates](_guide::messages)
//! - [Design questions](_guide::design)
//!
//! # Features
//!
//! | feature | adds |
//! | --- | --- |
//! | none | the memory store, and everything that is written above stores |
//! | `postgres` | `Postgres`: a schema of a PostgreSQL database, group commit in each process |
//! | `postgres-tls` | `postgres`, over TLS |
//! | `sqlite` | `Sqlite`: one file, write-ahead log, group commit; SQLite itself is compiled in |
//! | `testing` | the conformance suite for stores, and a store that fails on request |

extern crate self as factum;

mod aggregate;
mod catalog;
mod clock;
mod codec;
mod command;
mod context;
pub mod copy;
mod delivery;
mod error;
mod event;
mod evolve;
mod machine;
mod place;
mod probe;
mod recorded;
mod repository;
mod retry;
mod schema;
pub mod store;
mod stored;
mod stream;
mod subscription;
pub mod testing;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

#[cfg(any(doc, doctest))]
#[path = "guide.rs"]
pub mod _guide;

pub use aggregate::{Aggregate, Apply, Decoded, EventSet, Illegal, IntoEvents};
pub use catalog::{Catalog, CatalogArrow, CatalogEvent, CatalogField, catalog};
pub use clock::{Clock, Ids, SystemClock, UuidV7};
pub use codec::{Codec, Json, decode_stored};
pub use command::{Command, Handle};
pub use context::Context;
pub use copy::copy;
pub use delivery::Delivery;
pub use error::{
    BoxError, CheckpointAheadOfStore, Conflict, DecodeError, EncodeError, ReadError, Refused,
    RetriesExhausted, SnapshotDiffers, StoreError, Torn, Unavailable, UnavailableCause,
    Undecodable, Unencodable, UnknownOutcome,
};
pub use event::{Event, EventInfo};
pub use evolve::{KnownEvents, OnUnknown, Retired, Snapshot, Upcast};
pub use machine::{On, WrongState};
pub use place::{Expected, Position, Revision};
pub use recorded::{CommandId, CommandStamp, EventId, Metadata, Recorded};
pub use repository::{AsOf, Done, ExecuteError, Loaded, Pending, Repository, SettleError};
pub use retry::Retry;
pub use schema::{FieldInfo, Shape};
pub use store::memory::Memory;
#[cfg(feature = "postgres")]
pub use store::postgres::{self, Postgres};
#[cfg(feature = "sqlite")]
pub use store::sqlite::{self, Sqlite};
pub use store::{Durability, Store, Survives};
pub use stored::{Stored, StoredState};
pub use stream::{InvalidId, InvalidName, MAX_STREAM_NAME, NameProblem, StreamId, StreamName};

pub use subscription::{Batch, Subscription};

pub use factum_macros::{Aggregate, Command, Event, StreamId};
pub use jiff::Timestamp;
pub use uuid::Uuid;
