//! Why a batch was not appended, or is not known to be.

use std::time::Duration;

use super::BoxError;
use crate::place::{Expected, Revision};
use crate::recorded::{CommandId, EventId};
use crate::stream::StreamName;

/// Another writer was first: the stream is not what was expected, and nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} in `{stream}`, found {}; load it again and decide again", Expected::from(*.actual))]
pub struct Conflict {
    /// The stream.
    pub stream: StreamName,
    /// What the writer expected.
    pub expected: Expected,
    /// Its last revision, if it has events.
    pub actual: Option<Revision>,
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
        id: CommandId,
    },
    /// A payload that is no text, for a store that keeps text.
    #[error(
        "the payload of event {id} for `{stream}` is no text: UTF-8 without U+0000 is what this store keeps; use a codec that writes it, or a store that keeps bytes"
    )]
    NotText {
        /// The stream.
        stream: StreamName,
        /// The event's id.
        id: EventId,
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

/// Whether the events were stored cannot be known; appending again with the same ids settles it.
#[derive(Debug, thiserror::Error)]
#[error(
    "it is unknown whether the events were stored; append them again with the same ids: {reason}"
)]
pub struct UnknownOutcome {
    /// What went wrong after the request was on its way.
    pub reason: BoxError,
}

/// A command lost to other writers at every attempt that it was given; nothing was recorded.
#[derive(Debug, thiserror::Error)]
#[error("gave up after {attempts} attempts in {elapsed:?}: {last}")]
pub struct RetriesExhausted {
    /// How many times it was decided and appended.
    pub attempts: u32,
    /// How long that took, from the first conflict on.
    pub elapsed: Duration,
    /// What the last attempt met.
    pub last: Conflict,
}
