//! The envelope: what is known of an event beside what it says.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;
use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{DecodeError, EncodeError};
use crate::place::{Position, Revision};
use crate::stream::StreamName;

macro_rules! ids {
    ($($(#[$doc:meta])+ $name:ident;)+) => {$(
        $(#[$doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The id with this value.
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            /// Its value.
            pub const fn get(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

ids! {
    /// Which event it is, fixed before the first attempt to store it: a second attempt changes nothing.
    EventId;

    /// Which request it is: whoever sends a command twice under one id gets the first outcome twice.
    ///
    /// ```
    /// use factum::CommandId;
    ///
    /// // From something that is the same at each attempt, such as a message's own id:
    /// assert_eq!(CommandId::named("invoice 2026-117"), CommandId::named("invoice 2026-117"));
    /// ```
    CommandId;
}

/// The name space of everything that is derived from a name; from RFC 9562, section 5.5, a UUID version 5.
const NAMES: Uuid = Uuid::from_u128(0x8c7a_1e7e_3a55_5f6b_9d3e_6661_6374_756d);

impl CommandId {
    /// The id that belongs to a text; the same text gives the same id on every machine.
    pub fn named(name: &str) -> Self {
        Self(Uuid::new_v5(&NAMES, name.as_bytes()))
    }

    /// The id of the command's event number `index` in a stream.
    pub(crate) fn event(self, stream: &StreamName, index: usize) -> EventId {
        let name = format!("{index} {stream}");
        EventId(Uuid::new_v5(&self.0, name.as_bytes()))
    }
}

/// A command as its events remember it: by this a repetition is told from another command of the same id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandStamp {
    /// The id it came with.
    pub id: CommandId,
    /// A hash of its name and its encoded content.
    pub hash: Uuid,
}

impl CommandStamp {
    /// The name of a request that is a closure and has no content of its own.
    pub(crate) const UPDATE: &'static str = "update";

    pub(crate) fn new(id: CommandId, name: &str, content: &[u8]) -> Self {
        let named = Uuid::new_v5(&NAMES, name.as_bytes());
        let hash = Uuid::new_v5(&named, content);
        Self { id, hash }
    }
}

/// Who and what an event came from, and when it happened.
///
/// It is written by the repository; a [`Context`](crate::Context) says what goes in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Metadata {
    /// Shared by everything that one request from outside led to.
    pub correlation_id: Uuid,
    /// The event or the command that this event follows from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<Uuid>,
    /// When it happened in the domain, which may be long before it was recorded. UTC, in microseconds.
    pub occurred_at: Timestamp,
    /// On whose behalf.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// For which tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The command that recorded it, if it came with an id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<CommandStamp>,
    /// Whatever else the application wants to keep.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub extra: BTreeMap<String, String>,
}

impl From<Said<'_>> for Metadata {
    fn from(said: Said<'_>) -> Self {
        Self {
            correlation_id: said.correlation_id,
            causation_id: said.causation_id,
            occurred_at: said.occurred_at,
            actor: said.actor.map(str::to_owned),
            tenant: said.tenant.map(str::to_owned),
            command: said.command,
            extra: said.extra.clone(),
        }
    }
}

/// [`Metadata`] on its way to the store; serde writes what not every request says.
#[derive(Serialize)]
pub(crate) struct Said<'a> {
    #[serde(skip)]
    pub(crate) correlation_id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) causation_id: Option<Uuid>,
    #[serde(skip)]
    pub(crate) occurred_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) actor: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tenant: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) command: Option<CommandStamp>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) extra: &'a BTreeMap<String, String>,
}

impl Said<'_> {
    /// Appends it as JSON. What every request says holds nothing to escape: it is written as it is, at a third
    /// of the cost.
    pub(crate) fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let mut id = Uuid::encode_buffer();
        let id = self.correlation_id.hyphenated().encode_lower(&mut id);
        out.extend_from_slice(br#"{"correlation_id":""#);
        out.extend_from_slice(id.as_bytes());
        out.extend_from_slice(br#"","occurred_at":""#);
        let time = DateTimePrinter::new().print_timestamp(&self.occurred_at, &mut *out);
        time.map_err(|error| EncodeError::other(&error))?;
        out.push(b'"');
        let end = out.len();
        serde_json::to_writer(&mut *out, self).map_err(|error| EncodeError::other(&error))?;
        // One object out of two.
        if out.len() == end + "{}".len() {
            out.remove(end);
        } else {
            out[end] = b',';
        }
        Ok(())
    }
}

/// An event as it was recorded: the fact itself, in its envelope.
///
/// - `metadata()` is read on demand; folding a million events does not parse a million envelopes.
/// - `stream`, `revision` and `position` are the store's; so is `recorded_at`, which no order follows.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Recorded<E> {
    /// Which event it is.
    pub id: EventId,
    /// The history it belongs to.
    pub stream: StreamName,
    /// Its place in that history.
    pub revision: Revision,
    /// Its place in the store.
    pub position: Position,
    /// Its place among the events that one stored event is read as; nearly always 0.
    pub index: u32,
    /// Its stored name, as this build writes it.
    pub name: &'static str,
    /// The version it was stored in.
    pub version: u16,
    /// When the store wrote it. UTC, in microseconds.
    pub recorded_at: Timestamp,
    /// What happened.
    pub event: E,
    pub(crate) metadata: Bytes,
}

impl<E> Recorded<E> {
    /// Who and what it came from, and when it happened.
    pub fn metadata(&self) -> Result<Metadata, DecodeError> {
        decode_metadata(&self.metadata)
    }
}

pub(crate) fn decode_metadata(bytes: &[u8]) -> Result<Metadata, DecodeError> {
    serde_json::from_slice(bytes).map_err(|error| DecodeError::Metadata {
        reason: error.into(),
    })
}
