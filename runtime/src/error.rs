//! What can go wrong, by who can cause it; each error says whether trying again can help.

use std::error::Error as StdError;
use std::time::Duration;

use crate::event::EventInfo;
use crate::place::{Expected, Position, Revision};
use crate::recorded::{EventId, Recorded};
use crate::store::StoredEvent;
use crate::stream::{InvalidName, StreamName};

/// Any error, with its cause.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// A value that cannot be stored so that it comes back equal; nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unstorable {
    /// NaN or an infinity.
    #[error(
        "NaN and infinities have no form in JSON; use an `Option` or an enum for what they mean"
    )]
    NotFinite,
    /// Nested deeper than [`Json::MAX_DEPTH`](crate::Json::MAX_DEPTH).
    #[error(
        "the value nests deeper than 64 levels, which readers refuse; store a flat list with parents"
    )]
    TooDeep,
    /// Outside of `i64::MIN..=u64::MAX`.
    #[error("an integer is outside of i64::MIN..=u64::MAX; store it as a string")]
    IntegerTooLarge,
    /// More bytes than the codec takes.
    #[error(
        "the payload has {bytes} bytes and the limit is {limit}; store a reference to large content"
    )]
    TooLarge {
        /// How many it has.
        bytes: usize,
        /// How many it may have.
        limit: usize,
    },
    /// Read back, it is another value: a field that serde skips, or a format that loses something.
    #[error("`{event}` does not survive its codec: {difference}")]
    NotRoundTrip {
        /// The event's stored name.
        event: &'static str,
        /// What was written and what was read.
        difference: String,
    },
}

/// A value that could not be turned into bytes; nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// It would not come back equal.
    #[error(transparent)]
    Unstorable(#[from] Unstorable),
    /// Its `Serialize` refused.
    #[error("the value cannot be serialized: {message}")]
    Serialize {
        /// What its `Serialize` says.
        message: String,
    },
}

impl EncodeError {
    /// What a value's own `Serialize`, or the format, has to say.
    pub fn other(message: &dyn std::fmt::Display) -> Self {
        Self::Serialize {
            message: message.to_string(),
        }
    }
}

/// Why stored bytes could not be read as an event.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// A stored name that this build does not know.
    #[error("nothing here reads the event `{name}`; this build reads {}", listed(.known))]
    UnknownEvent {
        /// The stored name.
        name: String,
        /// The names that are known.
        known: Vec<&'static str>,
    },
    /// A version that this build does not read: newer, or never stored.
    #[error("`{event}` was stored as version {version}, and this build reads {oldest} to {current}{}", newer(*.version, *.current))]
    UnknownVersion {
        /// The event's stored name.
        event: &'static str,
        /// The stored version.
        version: u16,
        /// The oldest that is read.
        oldest: u16,
        /// The newest that is read.
        current: u16,
    },
    /// Bytes that are not what that version stored.
    #[error("the payload of `{event}` version {version} cannot be read: {source}")]
    Payload {
        /// The event's stored name.
        event: &'static str,
        /// The stored version.
        version: u16,
        /// What the codec says.
        source: BoxError,
    },
    /// A step of the upcast chain that refused.
    #[error("`{event}` cannot be taken from version {from} to the next: {source}")]
    Upcast {
        /// The event's stored name.
        event: &'static str,
        /// The version that the step starts from.
        from: u16,
        /// What the step says.
        source: BoxError,
    },
    /// A row that another codec wrote.
    #[error("the row was written with the codec `{stored}` and is read with `{reader}`")]
    Codec {
        /// The codec in the row.
        stored: String,
        /// The codec that reads.
        reader: &'static str,
    },
    /// Metadata that is not metadata.
    #[error("the event's metadata cannot be read: {source}")]
    Metadata {
        /// What the reader says.
        source: BoxError,
    },
    /// An event that the state it meets cannot take.
    #[error(transparent)]
    Illegal(#[from] crate::aggregate::Illegal),
    /// A stream name in the store that is none.
    #[error(transparent)]
    Name(#[from] InvalidName),
}

impl DecodeError {
    /// Says that none of `reads` has this name.
    pub fn unknown_event(name: &str, reads: &'static [EventInfo]) -> Self {
        Self::UnknownEvent {
            name: name.to_owned(),
            known: reads.iter().map(|info| info.name).collect(),
        }
    }
}

fn listed(names: &[&'static str]) -> String {
    match names {
        [] => "no events".to_owned(),
        names => names
            .iter()
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn newer(version: u16, current: u16) -> &'static str {
    if version > current {
        "; a newer release wrote it"
    } else {
        ""
    }
}

/// A stored event that could not be read, and where it stands. It is never skipped.
#[derive(Debug, thiserror::Error)]
#[error(
    "event {id} at position {position} (revision {revision} of `{stream}`, `{name}` version {version}) cannot be read: {source}"
)]
pub struct Undecodable {
    /// Which event.
    pub id: EventId,
    /// Its stream, as stored.
    pub stream: String,
    /// Its place in the stream.
    pub revision: Revision,
    /// Its place in the store.
    pub position: Position,
    /// Its stored name.
    pub name: String,
    /// Its stored version.
    pub version: u16,
    /// Why not.
    pub source: DecodeError,
}

impl Undecodable {
    /// Says why this stored event could not be read.
    pub fn new(stored: &StoredEvent<'_>, source: DecodeError) -> Self {
        Self {
            id: stored.id,
            stream: stored.stream.to_owned(),
            revision: stored.revision,
            position: stored.position,
            name: stored.name.to_owned(),
            version: stored.version,
            source,
        }
    }

    /// Says why a part of this event could not be read.
    pub(crate) fn recorded<E>(event: &Recorded<E>, source: DecodeError) -> Self {
        Self {
            id: event.id,
            stream: event.stream.as_str().to_owned(),
            revision: event.revision,
            position: event.position,
            name: event.name.to_owned(),
            version: event.version,
            source,
        }
    }
}

/// Another writer was first: the stream is not what was expected, and nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} in `{stream}`, found {}; load it again and decide again", found(*.actual))]
pub struct Conflict {
    /// The stream.
    pub stream: StreamName,
    /// What the writer expected.
    pub expected: Expected,
    /// Its last revision, if it has events.
    pub actual: Option<Revision>,
}

fn found(actual: Option<Revision>) -> String {
    actual.map_or_else(
        || "no events".to_owned(),
        |revision| format!("revision {revision}"),
    )
}

/// A request that no store may carry out, now or later; nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// A batch without events.
    #[error("a batch for `{stream}` holds no events")]
    EmptyBatch {
        /// The stream.
        stream: StreamName,
    },
    /// One id twice in one batch.
    #[error("event {id} stands twice in one batch for `{stream}`")]
    IdTwice {
        /// The stream.
        stream: StreamName,
        /// The id.
        id: EventId,
    },
    /// An id that is stored with another name, version, codec or payload.
    #[error("event {id} is in `{stream}` with other content; a new event needs a new id")]
    IdWithOtherContent {
        /// The stream.
        stream: StreamName,
        /// The id.
        id: EventId,
    },
    /// Some ids of the batch are stored and some are not, or they stand elsewhere or in another order.
    #[error(
        "the batch for `{stream}` repeats event {id}, but not the whole batch that it was stored with"
    )]
    PartlyStored {
        /// The stream.
        stream: StreamName,
        /// The first id that is known.
        id: EventId,
    },
    /// A command id that recorded something else before.
    #[error(
        "command {id} was already carried out on `{stream}` with other content; a new command needs a new id"
    )]
    CommandWithOtherContent {
        /// The stream.
        stream: StreamName,
        /// The command's id.
        id: crate::recorded::CommandId,
    },
    /// A number that no store can keep.
    #[error("{what} {number} is past 2^63 - 1, the largest that stores keep")]
    NumberTooLarge {
        /// What the number is.
        what: &'static str,
        /// The number.
        number: u64,
    },
    /// A name that is empty, or longer than stores can index, or holds what they cannot keep.
    #[error("{what} has {bytes} bytes; it needs 1 to {limit}, without U+0000")]
    BadText {
        /// What it names.
        what: &'static str,
        /// How many bytes it has.
        bytes: usize,
        /// How many it may have.
        limit: usize,
    },
    /// A batch that is larger than stores take at once.
    #[error(
        "a batch of {events} events and {bytes} bytes for `{stream}` is more than {limit_events} events or {limit_bytes} bytes; split the command"
    )]
    BatchTooLarge {
        /// The stream.
        stream: StreamName,
        /// How many events it holds.
        events: usize,
        /// How many bytes it holds.
        bytes: usize,
        /// How many events it may hold.
        limit_events: usize,
        /// How many bytes it may hold.
        limit_bytes: usize,
    },
}

/// Why a store cannot serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
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
#[error("the store cannot serve: {message}")]
pub struct Unavailable {
    /// Why, for a program.
    pub cause: Cause,
    /// Why, and what to do, for a person.
    pub message: String,
    /// The driver's error.
    #[source]
    pub source: Option<BoxError>,
}

impl Unavailable {
    /// Says what is wrong and what to do about it.
    pub fn new(cause: Cause, message: impl Into<String>) -> Self {
        Self {
            cause,
            message: message.into(),
            source: None,
        }
    }

    /// Adds the driver's error.
    pub fn because(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Whether the same request may succeed later with nobody changing anything.
    pub const fn is_retryable(&self) -> bool {
        matches!(self.cause, Cause::Locked | Cause::Io)
    }
}

/// Whether the events were stored cannot be known; appending again with the same ids settles it.
#[derive(Debug, thiserror::Error)]
#[error(
    "it is unknown whether the events were stored; append them again with the same ids: {source}"
)]
pub struct UnknownOutcome {
    /// What went wrong after the request was on its way.
    pub source: BoxError,
}

/// A checkpoint that is past the store's end: the store was restored, or it is another store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the checkpoint {checkpoint} is past the store's end ({}): the store was restored from a backup or is another one; rebuild the read model from the start", at(*.head))]
pub struct CheckpointAheadOfStore {
    /// Where the consumer says it is.
    pub checkpoint: Position,
    /// The highest position that the store ever gave out.
    pub head: Option<Position>,
}

fn at(head: Option<Position>) -> String {
    head.map_or_else(
        || "it is empty".to_owned(),
        |head| format!("position {head}"),
    )
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

/// A command lost to other writers at every attempt that it was given; nothing was recorded.
#[derive(Debug, thiserror::Error)]
#[error("gave up after {attempts} attempts in {elapsed:?}: {last}")]
pub struct RetriesExhausted {
    /// How many times it was decided and appended.
    pub attempts: u32,
    /// How long that took.
    pub elapsed: Duration,
    /// What the last attempt met.
    pub last: Conflict,
}
