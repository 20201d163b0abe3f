//! How the events of a category are read and written again.

use std::marker::PhantomData;
use std::sync::Arc;

use super::error::{CopyError, Place};
use super::row::Row;
use crate::aggregate::{Decoded, EventSet};
use crate::codec::{Codec, decode_stored};
use crate::store::StoredEvent;

/// How the events of a category are copied.
pub(super) trait Kind: Send + Sync {
    /// What a stored event becomes, in order: `row`, as what it is today.
    fn rewrite(&self, stored: &StoredEvent<'_>, row: Row) -> Result<Vec<Row>, CopyError>;
}

/// As it is stored: nothing is read.
pub(super) struct AsStored;

impl Kind for AsStored {
    fn rewrite(&self, _: &StoredEvent<'_>, row: Row) -> Result<Vec<Row>, CopyError> {
        Ok(vec![row])
    }
}

/// By a set, through every upcast step.
pub(super) struct Through<E, C, D> {
    pub(super) from: C,
    pub(super) to: Arc<D>,
    pub(super) set: PhantomData<fn() -> E>,
}

impl<E: EventSet, C: Codec, D: Codec> Kind for Through<E, C, D> {
    fn rewrite(&self, stored: &StoredEvent<'_>, row: Row) -> Result<Vec<Row>, CopyError> {
        let decoded = decode_stored::<E, C>(&self.from, stored);
        let events = match decoded.map_err(CopyError::Undecodable)? {
            Decoded::One(event) => vec![event],
            Decoded::Many(events) => events,
        };
        let encoded = |(index, event): (u32, &E)| {
            let (codec, info) = (&*self.to, event.info());
            let encode = |out: &mut Vec<u8>| event.encode(codec, out);
            let read = |bytes: &[u8]| E::decode(codec, info.name, info.version, bytes);
            let row = row.clone().split(index);
            let row = row.encoded(codec.name(), info, event, encode, read)?;
            let (codec, event) = (Arc::clone(&self.to), event.clone());
            let alike = move |other: &[u8]| {
                let other = E::decode(&*codec, info.name, info.version, other);
                other.is_ok_and(|other| other == Decoded::One(event.clone()))
            };
            Ok(row.or(alike))
        };
        let rows: Result<_, _> = (0..).zip(&events).map(encoded).collect();
        rows.map_err(|reason| {
            let event = Place::of(stored);
            CopyError::Unencodable { event, reason }
        })
    }
}
