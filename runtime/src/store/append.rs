//! What is written: a batch of encoded events for one stream.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;

use crate::error::{Conflict, Refused, StoreError};
use crate::place::{Expected, Position, Revision};
use crate::recorded::EventId;
use crate::stream::StreamName;

/// The most events of one batch.
pub const MAX_BATCH_EVENTS: usize = 10_000;

/// The most bytes of one batch, payloads and metadata together.
pub const MAX_BATCH_BYTES: usize = 64 << 20;

/// The longest event name, codec name or tenant in bytes.
pub const MAX_TEXT: usize = 256;

/// A batch of events for the end of one stream; clones share the events.
///
/// See [`Append::new`], which refuses what no store may take.
#[derive(Debug, Clone)]
pub struct Append {
    stream: StreamName,
    expected: Expected,
    events: Arc<[NewEvent]>,
}

impl Append {
    /// Checks a batch: at least one event, no id twice, texts and sizes that every store can keep.
    ///
    /// ```
    /// use factum::store::{Append, NewEvent};
    /// use factum::{EventId, Expected, Refused, StreamName, Uuid};
    ///
    /// let stream = StreamName::new("account", "42").unwrap();
    /// let refused = Append::new(stream.clone(), Expected::Any, vec![]).unwrap_err();
    /// assert!(matches!(refused, Refused::EmptyBatch { .. }));
    ///
    /// let opened = NewEvent::json(EventId::new(Uuid::from_u128(1)), "account.opened", "{}");
    /// assert!(Append::new(stream, Expected::NoStream, vec![opened]).is_ok());
    /// ```
    pub fn new(
        stream: StreamName,
        expected: Expected,
        events: Vec<NewEvent>,
    ) -> Result<Self, Refused> {
        Self::of(stream, expected, events.into())
    }

    pub(crate) fn of(
        stream: StreamName,
        expected: Expected,
        events: Arc<[NewEvent]>,
    ) -> Result<Self, Refused> {
        if events.is_empty() {
            return Err(Refused::EmptyBatch { stream });
        }
        expected.storable()?;
        for event in &*events {
            event.check()?;
        }
        let bytes = events.iter().map(NewEvent::bytes).sum();
        if let Some(id) = twice(&events) {
            return Err(Refused::IdTwice { stream, id });
        }
        if events.len() > MAX_BATCH_EVENTS || bytes > MAX_BATCH_BYTES {
            return Err(Refused::BatchTooLarge {
                stream,
                events: events.len(),
                bytes,
                limit_events: MAX_BATCH_EVENTS,
                limit_bytes: MAX_BATCH_BYTES,
            });
        }
        Ok(Self {
            stream,
            expected,
            events,
        })
    }

    /// Judges the batch by its ids, before what is expected: where it was stored before, or that it is new.
    ///
    /// For stores: `known` says for each event, in order, what the stream holds under its id.
    pub fn repetition(&self, known: &[Option<Known>]) -> Result<Option<Revision>, Refused> {
        let Some((event, first)) = self
            .events
            .iter()
            .zip(known)
            .find_map(|(event, known)| Some((event, (*known)?)))
        else {
            return Ok(None);
        };
        let stream = || self.stream.clone();
        for (event, known) in self.events.iter().zip(known) {
            if known.is_some_and(|known| !known.equal) {
                return Err(Refused::IdWithOtherContent {
                    stream: stream(),
                    id: event.id,
                });
            }
        }
        let in_order = known
            .iter()
            .zip(first.revision.get()..)
            .all(|(known, revision)| {
                known.is_some_and(|known| known.revision == Revision::new(revision))
            });
        if in_order && known.len() == self.events.len() {
            Ok(Some(first.revision))
        } else {
            Err(Refused::PartlyStored {
                stream: stream(),
                id: event.id,
            })
        }
    }

    /// All its events together.
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    pub(in crate::store) fn bytes(&self) -> usize {
        self.events.iter().map(NewEvent::bytes).sum()
    }

    /// The stream.
    pub fn stream(&self) -> &StreamName {
        &self.stream
    }

    pub(crate) fn into_stream(self) -> StreamName {
        self.stream
    }

    /// What the writer takes to be there.
    pub fn expected(&self) -> Expected {
        self.expected
    }

    /// The events, in order.
    pub fn events(&self) -> &[NewEvent] {
        &self.events
    }
}

impl Expected {
    /// For stores: nothing, if a stream whose last revision is `actual` is what is expected.
    ///
    /// ```
    /// use factum::{Expected, Revision, StreamName};
    ///
    /// let account = StreamName::new("account", "42").unwrap();
    /// assert!(Expected::Exists.check(&account, Some(Revision::new(3))).is_ok());
    /// let conflict = Expected::NoStream.check(&account, Some(Revision::new(3))).unwrap_err();
    /// assert!(conflict.to_string().starts_with("expected no events in `account-42`, found revision 3"));
    /// ```
    ///
    /// # Errors
    /// A [`Conflict`] that says what is there; a refusal of a revision past `i64::MAX`, which no store gives out.
    pub fn check(self, stream: &StreamName, actual: Option<Revision>) -> Result<(), StoreError> {
        self.storable()?;
        if self.met_by(actual) {
            return Ok(());
        }
        Err(Conflict {
            stream: stream.clone(),
            expected: self,
            actual,
        }
        .into())
    }

    pub(in crate::store) fn storable(self) -> Result<(), Refused> {
        if let Self::Revision(revision) = self {
            storable("the expected revision", revision.get())?;
        }
        Ok(())
    }
}

/// What a stream holds under the id of an event that is to be appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Where it stands.
    pub revision: Revision,
    /// Whether its name, version, codec and payload are those of the new event.
    pub equal: bool,
}

/// An event on its way into a store: bytes with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Which event it is.
    pub id: EventId,
    /// Its stored name.
    pub name: Cow<'static, str>,
    /// Its version.
    pub version: u16,
    /// Its place among the events that one stored event was split into by a copy; otherwise 0.
    pub index: u32,
    /// The name of the codec that wrote the payload.
    pub codec: Cow<'static, str>,
    /// What happened, encoded.
    pub payload: Bytes,
    /// Encoded metadata, which the events of one command share.
    pub metadata: Bytes,
    /// For which tenant.
    pub tenant: Option<Arc<str>>,
}

impl NewEvent {
    /// A JSON payload of version 1 with minimal metadata, for tests of stores.
    pub fn json(id: EventId, name: &'static str, payload: impl Into<Bytes>) -> Self {
        const METADATA: &[u8] = br#"{"correlation_id":"00000000-0000-0000-0000-000000000000","occurred_at":"1970-01-01T00:00:00Z"}"#;
        Self {
            id,
            name: Cow::Borrowed(name),
            version: 1,
            index: 0,
            codec: Cow::Borrowed("json"),
            payload: payload.into(),
            metadata: Bytes::from_static(METADATA),
            tenant: None,
        }
    }

    /// What it takes to keep or send it, as far as that is large.
    pub(in crate::store) fn bytes(&self) -> usize {
        self.payload.len() + self.metadata.len()
    }

    fn check(&self) -> Result<(), Refused> {
        text("an event's name", &self.name)?;
        text("a codec's name", &self.codec)?;
        self.tenant
            .as_deref()
            .map_or(Ok(()), |tenant| text("a tenant", tenant))
    }
}

/// An id that stands twice in a batch.
fn twice(events: &[NewEvent]) -> Option<EventId> {
    // Most batches are one event, and a set is not free.
    if events.len() < 2 {
        return None;
    }
    let mut ids = HashSet::with_capacity(events.len());
    events
        .iter()
        .map(|event| event.id)
        .find(|id| !ids.insert(*id))
}

fn text(what: &'static str, text: &str) -> Result<(), Refused> {
    if text.is_empty() || text.len() > MAX_TEXT || text.bytes().any(|byte| byte == 0) {
        return Err(Refused::BadText {
            what,
            bytes: text.len(),
            limit: MAX_TEXT,
        });
    }
    Ok(())
}

pub(in crate::store) fn storable(what: &'static str, number: u64) -> Result<i64, Refused> {
    i64::try_from(number).map_err(|_| Refused::NumberTooLarge { what, number })
}

/// Where a batch was stored, now or by an earlier attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The revision of the batch's first event; the others follow it without a gap.
    pub first: Revision,
    /// The positions of its events, in order.
    pub positions: Vec<Position>,
    /// When the store wrote it. UTC, in microseconds.
    pub recorded_at: Timestamp,
    /// Whether an earlier attempt had stored it already.
    pub repeated: bool,
}
