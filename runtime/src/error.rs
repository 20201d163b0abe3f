//! What can go wrong, by who can cause it; each error says whether trying again can help.

mod append;
mod store;
mod values;

pub use append::{Conflict, Refused, RetriesExhausted, UnknownOutcome};
pub use store::{
    CheckpointAheadOfStore, ReadError, SnapshotDiffers, StoreError, Torn, Unavailable,
    UnavailableCause,
};
pub use values::{DecodeError, EncodeError, Undecodable, Unencodable};

/// Any error, with its cause.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
