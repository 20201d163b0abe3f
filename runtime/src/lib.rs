//! Event-sourced domains.

extern crate self as factum;

mod aggregate;
mod clock;
mod codec;
mod command;
mod context;
mod delivery;
mod error;
mod event;
mod place;
mod recorded;
mod repository;
mod retry;
pub mod store;
mod stream;
mod subscription;
pub mod testing;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use aggregate::{Aggregate, Apply, Decoded, EventSet, Illegal, IntoEvents};
pub use clock::{Clock, Ids, SystemClock, UuidV7};
pub use codec::{Codec, Json, decode};
pub use command::{Command, Handle};
pub use context::Context;
pub use delivery::Delivery;
pub use error::{
    BoxError, Cause, CheckpointAheadOfStore, Conflict, DecodeError, EncodeError, ReadError,
    Refused, RetriesExhausted, StoreError, Unavailable, Undecodable, UnknownOutcome, Unstorable,
};
pub use event::{Event, EventInfo, Upcast};
pub use place::{Expected, Position, Revision};
pub use recorded::{CommandId, CommandStamp, EventId, Metadata, Recorded};
pub use repository::{AsOf, Done, ExecuteError, Loaded, Pending, Repository, SettleError};
pub use retry::Retry;
pub use store::memory::Memory;
#[cfg(feature = "sqlite")]
pub use store::sqlite::{self, Sqlite};
pub use store::{Durability, Store, Survives};
pub use stream::{InvalidId, InvalidName, MAX_STREAM_NAME, NameProblem, StreamId, StreamName};

pub use subscription::{Batch, Subscription};

pub use factum_macros::{Aggregate, Command, Event, StreamId};
pub use jiff::Timestamp;
pub use uuid::Uuid;
