//! What stores that speak SQL ask and are told alike.

use std::borrow::Cow;

use jiff::Timestamp;
use uuid::Uuid;

use super::{Direction, Read, StoredEvent};
use crate::place::{Position, Revision};
use crate::recorded::EventId;

/// What is read of every event, and what of one that is not bare: the same columns in every store.
pub(in crate::store) const BARE: &str = "revision, name, version, codec, payload";
pub(in crate::store) const REST: &str = ", position, id, idx, tenant, recorded_at, metadata";

/// How many columns those are, and which of them is the position.
pub(in crate::store) const COLUMNS: usize = 11;
pub(in crate::store) const POSITION: usize = 5;

/// Behind which number to look and in which order, for a read from behind `after`.
pub(in crate::store) fn start(read: &Read, after: Option<i64>) -> i64 {
    after.unwrap_or(match read.direction {
        Direction::Forward => -1,
        Direction::Backward => i64::MAX,
    })
}

/// How a place compares with that number, and in which order places come.
pub(in crate::store) fn order(direction: Direction) -> (&'static str, &'static str) {
    match direction {
        Direction::Forward => (">", "ASC"),
        Direction::Backward => ("<", "DESC"),
    }
}

/// The names of a filter without those with U+0000, at which a database would cut them: nothing is stored under them.
pub(in crate::store) fn storable<'a>(names: &'a [Cow<'static, str>]) -> Vec<&'a str> {
    let names = names.iter().map(AsRef::as_ref);
    names.filter(|name: &&str| !name.contains('\0')).collect()
}

/// An event of which only what folding takes was read.
pub(in crate::store) fn bare<'a>(
    stream: &'a str,
    revision: Revision,
    (name, version): (&'a str, u16),
    (codec, payload): (&'a str, &'a [u8]),
) -> StoredEvent<'a> {
    StoredEvent {
        id: EventId::new(Uuid::nil()),
        stream,
        revision,
        position: Position::new(0),
        index: 0,
        name,
        version,
        codec,
        tenant: None,
        recorded_at: Timestamp::UNIX_EPOCH,
        payload,
        metadata: &[],
    }
}
