//! Why a copy stopped, where, and what to do.

use std::fmt;

use crate::error::{BoxError, Refused, StoreError, Torn, Undecodable, Unencodable};
use crate::place::{Position, Revision};
use crate::recorded::{EventId, decode_metadata};
use crate::store::StoredEvent;

/// Why a copy stopped.
///
/// What was written until then is right, and another run goes on behind it, unless the target holds [something
/// else](Self::Differs).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CopyError {
    /// It would be copied into itself.
    #[error(
        "source and target are one store, or one is a backup of the other; copy into a new store"
    )]
    SameStore,
    /// It is said twice how a category is read.
    #[error("it is said twice how the category `{0}` is copied; say it once")]
    CategoryTwice(String),
    /// Nothing says how the event is read.
    #[error(transparent)]
    Uncovered(#[from] Box<Uncovered>),
    /// The source holds an event that this build cannot read.
    #[error(
        "{0}; copy with a build that reads it, or list it in `retired(..)` or `ignored(..)`, and run the copy again"
    )]
    Undecodable(Box<Undecodable>),
    /// An event of the source is missing, or one too many.
    #[error(transparent)]
    Torn(#[from] Torn),
    /// What an event is read as cannot be written.
    #[error(
        "{reason}; it is what {event} of the source is read as: mend the type, and run the copy again"
    )]
    Unencodable {
        /// The event of the source.
        event: Place,
        /// Why not.
        reason: Unencodable,
    },
    /// The transform refused.
    #[error("the transform refused {}: {reason}; mend it, and run the copy again", or(.event.as_ref(), "to finish"))]
    Transform {
        /// The event of the source that it was given; `None` where it was to finish.
        event: Option<Place>,
        /// What it says.
        reason: BoxError,
    },
    /// The target holds another event than the one that should come next.
    #[error(transparent)]
    Differs(#[from] Box<Differs>),
    /// The target holds an event behind the last one that should be there.
    #[error(
        "the target holds {0}, which nothing in the source becomes; another program wrote it, or the transform changed: copy into a new store"
    )]
    Surplus(Place),
    /// The target acknowledged an event that it does not show.
    #[error(
        "the target does not show next what {0} of the source becomes, though it has taken it; another program deletes there, or the transform puts it twice: mend that, and copy into a new store"
    )]
    Lost(Place),
    /// No store takes what comes of the source.
    #[error(
        "the target cannot take what the source becomes: {0}; mend the transform, and run the copy again"
    )]
    Refused(Refused),
    /// Another writer was first at a stream of the target.
    #[error(
        "another program writes to the target: {0}; end it, and run the copy again, which says if what it wrote is something else"
    )]
    Contested(StoreError),
    /// The source cannot be read.
    #[error(
        "the source cannot be read: {0}; once it can, run the copy again, which goes on where this one stopped"
    )]
    Source(StoreError),
    /// The target cannot be read or written.
    #[error(
        "the target cannot be read or written: {0}; once it can, run the copy again, which goes on where this one stopped"
    )]
    Target(StoreError),
}

impl CopyError {
    /// Whether another run may succeed with nobody changing anything.
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Source(error) | Self::Target(error) if error.is_retryable())
    }
}

/// Which event is meant, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Which event.
    pub id: EventId,
    /// Its stream.
    pub stream: String,
    /// Its place there.
    pub revision: Revision,
    /// Its place in the store.
    pub position: Position,
}

impl Place {
    pub(super) fn of(stored: &StoredEvent<'_>) -> Self {
        Self {
            id: stored.id,
            stream: stored.stream.to_owned(),
            revision: stored.revision,
            position: stored.position,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, stream, .. } = self;
        write!(f, "event {id} at position {} ", self.position)?;
        write!(f, "(revision {} of `{stream}`)", self.revision)
    }
}

/// An event of a category of which nothing says how it is copied. It is not skipped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "nothing says how the category `{category}` is copied, as which {event}, a `{name}` version {version}, is stored; add `.aggregate::<..>()` with the aggregate of this name, or `.as_stored(&[\"{category}\"])`"
)]
pub struct Uncovered {
    /// The category of its stream.
    pub category: String,
    /// Which event of the source.
    pub event: Place,
    /// Its stored name.
    pub name: String,
    /// Its stored version.
    pub version: u16,
}

/// Where the target is not what the source becomes; nothing was written behind it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the target holds another {part} than {origin} of the source becomes: {target}; another program wrote to the target, or what the source becomes has changed since: copy into a new store\n  source: {}\n  target: {}", cut(.expected), cut(.found))]
pub struct Differs {
    /// What differs first.
    pub part: Part,
    /// The event of the source, or the first of those that it was made from.
    pub origin: Place,
    /// What should be in the target.
    pub expected: String,
    /// The event of the target.
    pub target: Place,
    /// What is there.
    pub found: String,
}

/// What of an event differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Part {
    /// The stream it is in.
    #[error("stream")]
    Stream,
    /// Its id.
    #[error("id")]
    Id,
    /// Its stored name.
    #[error("name")]
    Name,
    /// Its version.
    #[error("version")]
    Version,
    /// The codec of its payload.
    #[error("codec")]
    Codec,
    /// Its payload.
    #[error("payload")]
    Payload,
    /// Its place among the events that one event became.
    #[error("index")]
    Index,
    /// Its tenant.
    #[error("tenant")]
    Tenant,
    /// When it happened.
    #[error("time of occurring")]
    OccurredAt,
    /// Anything else in its metadata.
    #[error("metadata")]
    Metadata,
}

impl Differs {
    /// Says what of two events differs first; their places and the times of recording have to be equal.
    pub(super) fn first(
        origin: &Place,
        expected: &StoredEvent<'_>,
        found: &StoredEvent<'_>,
    ) -> Option<Box<Self>> {
        if expected == found {
            return None;
        }
        let target = Place::of(found);
        let mut pairs = parts(expected).into_iter().zip(parts(found));
        let ((part, expected), (_, found)) = pairs.find(|(expected, found)| expected != found)?;
        Some(Box::new(Self {
            part,
            origin: origin.clone(),
            expected,
            target,
            found,
        }))
    }
}

/// What may differ, as texts that are equal where the values are.
fn parts(event: &StoredEvent<'_>) -> [(Part, String); 10] {
    let occurred_at = decode_metadata(event.metadata).map_or_else(
        |_| String::new(),
        |metadata| metadata.occurred_at.to_string(),
    );
    [
        (Part::Stream, event.stream.to_owned()),
        (Part::Id, event.id.to_string()),
        (Part::Name, event.name.to_owned()),
        (Part::Version, event.version.to_string()),
        (Part::Codec, event.codec.to_owned()),
        (Part::Payload, text(event.payload)),
        (Part::Index, event.index.to_string()),
        (Part::Tenant, format!("{:?}", event.tenant)),
        (Part::OccurredAt, occurred_at),
        (Part::Metadata, text(event.metadata)),
    ]
}

fn text(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(|_| bytes.escape_ascii().to_string(), str::to_owned)
}

/// As much of a value as a message needs.
fn cut(text: &str) -> String {
    match text.char_indices().nth(200) {
        Some((end, _)) => format!("{}..", &text[..end]),
        None => text.to_owned(),
    }
}

fn or(place: Option<&Place>, none: &str) -> String {
    place.map_or_else(|| none.to_owned(), Place::to_string)
}
