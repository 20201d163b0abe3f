//! A stored row that stands in a test, and is in no store.

use jiff::Timestamp;
use uuid::Uuid;

use crate::aggregate::{Decoded, EventSet};
use crate::codec::{Codec, decode_stored};
use crate::error::DecodeError;
use crate::place::{Position, Revision};
use crate::recorded::EventId;
use crate::store::StoredEvent;

/// Reads a row as everything else does.
pub(in crate::testing) fn read<E: EventSet, C: Codec>(
    codec: &C,
    name: &str,
    version: u16,
    payload: &[u8],
) -> Result<Decoded<E>, DecodeError> {
    let row = StoredEvent {
        id: EventId::new(Uuid::nil()),
        stream: "",
        revision: Revision::new(0),
        position: Position::new(0),
        index: 0,
        name,
        version,
        codec: codec.name(),
        tenant: None,
        recorded_at: Timestamp::UNIX_EPOCH,
        payload,
        metadata: &[],
    };
    decode_stored(codec, &row).map_err(|undecodable| undecodable.reason)
}
