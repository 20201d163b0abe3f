//! A store that cannot serve, and all that its methods and its readers may answer.

use std::fmt::Display;

use super::{BoxError, Conflict, Refused, Undecodable, UnknownOutcome};
use crate::place::{Position, Revision};
use crate::stream::{InvalidName, StreamName};

/// Why a store cannot serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnavailableCause {
    /// Another process holds a lock for longer than the store waits.
    Locked,
    /// No room: the disk, or the size that the store may have.
    Full,
    /// The file or the server takes no writes.
    ReadOnly,
    /// What was opened is something else, or damaged.
    NotAStore,
    /// A newer release created or migrated it.
    NewerSchema,
    /// An older release created it, or nobody did yet: it has to be migrated first.
    OlderSchema,
    /// A setting that durability depends on could not be had.
    Misconfigured,
    /// The store was closed, or its writer is gone.
    Closed,
    /// The disk or the connection failed.
    Io,
    /// Anything else that the driver reports.
    Other,
}

/// The store could not serve the request, which had no effect.
#[derive(Debug, thiserror::Error)]
#[error("the store cannot serve: {message}{}", driver(.reason.as_ref()))]
pub struct Unavailable {
    /// Why, for a program.
    pub cause: UnavailableCause,
    /// Why, and what to do, for a person.
    pub message: String,
    /// The driver's error.
    pub reason: Option<BoxError>,
}

fn driver(reason: Option<&BoxError>) -> String {
    reason.map_or_else(String::new, |reason| format!(": {reason}"))
}

impl Unavailable {
    /// Says what is wrong and what to do about it.
    pub fn new(cause: UnavailableCause, message: impl Into<String>) -> Self {
        Self {
            cause,
            message: message.into(),
            reason: None,
        }
    }

    /// Adds the driver's error.
    pub fn because(mut self, reason: impl Into<BoxError>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// Whether the same request may succeed later with nobody changing anything.
    pub const fn is_retryable(&self) -> bool {
        matches!(self.cause, UnavailableCause::Locked | UnavailableCause::Io)
    }
}

/// A checkpoint that is past the store's end: the store was restored, or it is another store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the checkpoint {checkpoint} is past the store's end ({}): the store was restored from a backup or is another one; rebuild the read model from the start", or(*.head, "position", "it is empty"))]
pub struct CheckpointAheadOfStore {
    /// Where the consumer says it is.
    pub checkpoint: Position,
    /// The highest position that the store ever gave out.
    pub head: Option<Position>,
}

/// What a store's methods may answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another writer was first.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// The outcome cannot be known.
    #[error(transparent)]
    UnknownOutcome(#[from] UnknownOutcome),
    /// No store may do this.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store cannot serve.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl StoreError {
    /// Whether trying again can help: after a conflict with a new decision, after an unknown outcome with
    /// the same ids, after [`Unavailable`] if it says so.
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Conflict(_) | Self::UnknownOutcome(_) => true,
            Self::Refused(_) => false,
            Self::Unavailable(error) => error.is_retryable(),
        }
    }
}

/// A stream whose revisions do not follow each other up to its end: rows of it were lost, or changed by another
/// program. It is not read on, since half a history is another one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{stream}` is torn: {} should come next, and {} does; rows were lost, or changed by another program: restore a backup", or(*.expected, "revision", "its end"), or(*.found, "revision", "its end"))]
pub struct Torn {
    /// The stream.
    pub stream: StreamName,
    /// What should come next; `None` is the end.
    pub expected: Option<Revision>,
    /// What does.
    pub found: Option<Revision>,
}

fn or<T: Display>(number: Option<T>, of: &str, none: &str) -> String {
    number.map_or_else(|| none.to_owned(), |number| format!("{of} {number}"))
}

/// A snapshot that holds another state than the events up to it come to: `apply` computes something else than when it
/// was taken, under the same `snapshot(logic = ..)`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the snapshot of `{stream}` at revision {revision} is another state than its events come to: raise `snapshot(logic = ..)`\n  snapshot: {snapshot}\n  events:   {events}"
)]
pub struct SnapshotDiffers {
    /// The stream.
    pub stream: StreamName,
    /// Behind which event it was taken.
    pub revision: Revision,
    /// The state that it holds.
    pub snapshot: String,
    /// The state that the events come to.
    pub events: String,
}

/// What reading a history may answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// A stored event cannot be read.
    #[error(transparent)]
    Undecodable(#[from] Box<Undecodable>),
    /// The id cannot name a stream.
    #[error(transparent)]
    InvalidName(#[from] InvalidName),
    /// The checkpoint is past the store's end.
    #[error(transparent)]
    CheckpointAheadOfStore(#[from] CheckpointAheadOfStore),
    /// An event of the stream is missing, or one too many.
    #[error(transparent)]
    Torn(#[from] Torn),
    /// A snapshot and the events disagree, where that is [looked
    /// for](crate::Repository::verify_snapshots).
    #[error(transparent)]
    SnapshotDiffers(#[from] Box<SnapshotDiffers>),
    /// The store refused, or cannot serve.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ReadError {
    /// Whether the same read may succeed later with nobody changing anything.
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_retryable())
    }
}
