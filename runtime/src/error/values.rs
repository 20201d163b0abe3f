//! Values that cannot be written so that they come back equal, and bytes that cannot be read.

use super::BoxError;
use crate::aggregate::{EventSet, Illegal};
use crate::evolve::KnownEvents;
use crate::place::{Position, Revision};
use crate::recorded::EventId;
use crate::store::StoredEvent;
use crate::stream::InvalidName;

/// A value that could not be turned into bytes that come back equal; nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// NaN or an infinity.
    #[error("NaN and infinities have no form in JSON; use an `Option` or an enum")]
    NotFinite,
    /// Nested deeper than [`Json::MAX_DEPTH`](crate::Json::MAX_DEPTH).
    #[error("the value nests deeper than 64 levels; store a flat list with parents")]
    TooDeep,
    /// Outside of `i64::MIN..=u64::MAX`.
    #[error("an integer is outside of i64::MIN..=u64::MAX; store it as a string")]
    IntegerTooLarge,
    /// A `Some` that holds `None`, `()` or a unit struct.
    #[error("`Some` with nothing in it is stored as `None` is; use an enum for it")]
    NothingInSome,
    /// More bytes than the codec takes.
    #[error("the payload has {bytes} bytes and the limit is {limit}; store a reference to it")]
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

/// An event, a command or metadata that could not be encoded; nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{what}` cannot be stored: {reason}")]
pub struct Unencodable {
    /// The event's stored name, the command's name, or `metadata`.
    pub what: &'static str,
    /// Why not.
    pub reason: EncodeError,
}

impl Unencodable {
    /// Says what it is that could not be encoded.
    pub(crate) fn of(what: &'static str) -> impl Fn(EncodeError) -> Self {
        move |reason| Self { what, reason }
    }
}

/// Why stored bytes could not be read as an event.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// A stored name that this build does not know.
    #[error("nothing here reads the event `{name}`; this build knows {}", .known.beside(.name))]
    UnknownEvent {
        /// The stored name.
        name: String,
        /// What is known.
        known: &'static KnownEvents,
    },
    /// A version that this build does not read: newer, or never stored.
    #[error("`{event}` was stored as version {version}, and this build reads {}{}", versions(*.oldest, *.current), newer(*.version, *.current))]
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
    #[error("the payload of `{event}` version {version} cannot be read: {reason}")]
    Payload {
        /// The event's stored name.
        event: &'static str,
        /// The stored version.
        version: u16,
        /// What the codec says.
        reason: BoxError,
    },
    /// A step of the upcast chain that refused.
    #[error("`{event}` cannot be taken from version {from} to the next: {reason}")]
    Upcast {
        /// The event's stored name.
        event: &'static str,
        /// The version that the step starts from.
        from: u16,
        /// What the step says.
        reason: BoxError,
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
    #[error("the event's metadata cannot be read: {reason}")]
    Metadata {
        /// What the reader says.
        reason: BoxError,
    },
    /// An event that the state it meets cannot take.
    #[error(transparent)]
    Illegal(#[from] Illegal),
    /// A stream name in the store that is none.
    #[error(transparent)]
    Name(#[from] InvalidName),
}

impl DecodeError {
    /// Says that this set knows no event of this name.
    pub fn unknown_event<E: EventSet>(name: &str) -> Self {
        Self::UnknownEvent {
            name: name.to_owned(),
            known: const { &KnownEvents::of::<E>() },
        }
    }
}

fn versions(oldest: u16, current: u16) -> String {
    if oldest == current {
        format!("version {current}")
    } else {
        format!("versions {oldest} to {current}")
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
    "event {id} at position {position} (revision {revision} of `{stream}`, `{name}` version {version}) cannot be read: {reason}"
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
    pub reason: DecodeError,
}

impl Undecodable {
    /// Says why this stored event could not be read.
    pub fn new(stored: &StoredEvent<'_>, reason: DecodeError) -> Self {
        Self {
            id: stored.id,
            stream: stored.stream.to_owned(),
            revision: stored.revision,
            position: stored.position,
            name: stored.name.to_owned(),
            version: stored.version,
            reason,
        }
    }

    /// Says of this stored event why it could not be read.
    pub(crate) fn at<E: Into<DecodeError>>(
        stored: &StoredEvent<'_>,
    ) -> impl FnOnce(E) -> Box<Self> {
        |reason| Box::new(Self::new(stored, reason.into()))
    }
}
