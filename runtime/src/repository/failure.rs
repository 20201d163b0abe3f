//! Why a request was not carried out, or is not known to be.

use crate::aggregate::Illegal;
use crate::error::{
    BoxError, Conflict, ReadError, Refused, RetriesExhausted, Unavailable, Unencodable,
    UnknownOutcome,
};
use crate::recorded::CommandStamp;
use crate::store::Append;
use crate::stream::StreamName;

/// Why a request was not carried out; `R` is the domain's own word for no.
///
/// ```
/// use factum::ExecuteError;
///
/// fn status(error: &ExecuteError<String>) -> u16 {
///     match error {
///         ExecuteError::Rejected(_) => 422,
///         error if error.is_retryable() => 503,
///         _ => 500,
///     }
/// }
/// # assert_eq!(status(&ExecuteError::Rejected("no".into())), 422);
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExecuteError<R> {
    /// The domain said no; nothing was recorded.
    #[error("rejected: {0}")]
    Rejected(R),
    /// Other writers were first at every attempt; nothing was recorded.
    #[error(transparent)]
    RetriesExhausted(#[from] RetriesExhausted),
    /// Whether the events were recorded could not be settled within the retry budget.
    #[error(transparent)]
    Unsettled(#[from] Box<Pending>),
    /// No store may do this; nothing was recorded.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// An event or the command cannot be encoded so that it comes back equal; nothing was recorded.
    #[error(transparent)]
    Encode(#[from] Unencodable),
    /// The decision returned an event that the state it was made on cannot take; nothing was recorded.
    #[error("the decision does not fit the state it was made on: {0}")]
    Illegal(Illegal),
    /// The history could not be read; nothing was recorded.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Events are recorded under the command's id, now or before, but they could not be read back.
    #[error("the command was carried out, but what it recorded could not be read back: {0}")]
    Unread(ReadError),
    /// The store could not serve; nothing was recorded.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl<R> ExecuteError<R> {
    /// Whether the same request may succeed later with nobody changing anything.
    ///
    /// Not so for [`Unsettled`](Self::Unsettled): a new request, unless it carries a command id, may record the
    /// same thing twice. The way on is [`Repository::settle`](crate::Repository::settle).
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::RetriesExhausted(_) => true,
            Self::Read(error) | Self::Unread(error) => error.is_retryable(),
            Self::Unavailable(error) => error.is_retryable(),
            Self::Unsettled(_)
            | Self::Rejected(_)
            | Self::Refused(_)
            | Self::Encode(_)
            | Self::Illegal(_) => false,
        }
    }
}

/// Events that may or may not be recorded; [`Repository::settle`](crate::Repository::settle) finds out.
#[derive(Debug, thiserror::Error)]
#[error("it is unknown whether {} events of `{}` were recorded; settle it with `Repository::settle`: {reason}", .append.events().len(), .append.stream())]
pub struct Pending {
    pub(super) append: Append,
    pub(super) stamp: Option<CommandStamp>,
    pub(super) reason: BoxError,
}

/// Why a pending outcome could not be settled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettleError {
    /// The events were not recorded, and by now cannot be: another writer was first. Decide again.
    #[error("the events were not recorded: {0}")]
    NotRecorded(Conflict),
    /// Still unknown.
    #[error("it is still unknown whether the events were recorded; settle it again: {}", .0.reason)]
    Unsettled(UnknownOutcome),
    /// The store refuses the events: something else is recorded under their ids.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// They were recorded, and their stream was deleted since.
    #[error("the events were recorded, and `{0}` was deleted since")]
    Deleted(StreamName),
    /// They are recorded, but cannot be read back now.
    #[error("the events are recorded, but could not be read back: {0}")]
    Read(ReadError),
}

impl SettleError {
    /// Whether settling again may bring an answer.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Unsettled(_) => true,
            Self::Read(error) => error.is_retryable(),
            Self::NotRecorded(_) | Self::Refused(_) | Self::Deleted(_) => false,
        }
    }
}
