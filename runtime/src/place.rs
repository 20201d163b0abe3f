//! Where an event stands: in its stream, in the store, and what a writer expects there.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An event's place in its stream, counted from 0.
///
/// ```
/// use factum::Revision;
///
/// assert_eq!(Revision::FIRST.next(), Revision::new(1));
/// ```
///
/// - Revisions of a stream are contiguous, and they go on after a delete.
/// - Stores keep them as signed 64-bit integers; one past `i64::MAX` is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(u64);

impl Revision {
    /// The place of a stream's first event.
    pub const FIRST: Self = Self(0);

    /// The place with this number.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Its number, from 0.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The place of the event after this one.
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An event's place in the whole store, across all streams.
///
/// ```
/// use factum::Position;
///
/// let checkpoint = Position::new(17);
/// assert!(Position::new(18) > checkpoint);
/// ```
///
/// - Positions follow commit order, are never used again, and may have gaps: compare them, do no
///   arithmetic on them.
/// - "Before everything" is `None`, not a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(u64);

impl Position {
    /// The place with this number, as a store gave it.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Its number; only the order of two of them means something.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a writer takes to be in the stream; if it is not so, nothing is written.
///
/// ```
/// use factum::{Expected, Revision};
///
/// assert!(Expected::Revision(Revision::new(3)).met_by(Some(Revision::new(3))));
/// assert!(!Expected::NoStream.met_by(Some(Revision::FIRST)));
/// assert!(Expected::Any.met_by(None));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Expected {
    /// Anything: the writer does not care.
    Any,
    /// No events; a stream whose events were all deleted counts as none.
    NoStream,
    /// At least one event.
    Exists,
    /// Exactly this revision as the last one.
    Revision(Revision),
}

impl Expected {
    /// Whether a stream whose last revision is `actual` is what the writer expects.
    pub const fn met_by(self, actual: Option<Revision>) -> bool {
        match (self, actual) {
            (Self::Any, _) | (Self::NoStream, None) | (Self::Exists, Some(_)) => true,
            (Self::Revision(expected), Some(actual)) => expected.0 == actual.0,
            _ => false,
        }
    }
}

impl From<Option<Revision>> for Expected {
    /// What someone who has read up to `last` expects to find unchanged.
    fn from(last: Option<Revision>) -> Self {
        last.map_or(Self::NoStream, Self::Revision)
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("anything"),
            Self::NoStream => f.write_str("no events"),
            Self::Exists => f.write_str("at least one event"),
            Self::Revision(revision) => write!(f, "revision {revision}"),
        }
    }
}
