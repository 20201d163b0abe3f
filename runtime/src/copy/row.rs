//! What a copy writes: an event on its way, and the hook that it may pass.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::{self, Debug};
use std::sync::Arc;

use bytes::Bytes;
use uuid::Uuid;

use super::error::{Differs, Place};
use crate::aggregate::Decoded;
use crate::codec::{Codec, Json, survives};
use crate::error::{BoxError, DecodeError, EncodeError, Unencodable};
use crate::event::{Event, EventInfo};
use crate::recorded::{EventId, Metadata, decode_metadata};
use crate::store::{NewEvent, StoredEvent};
use crate::stream::StreamName;

/// An event on its way into the target: under its current name and version, in its stream, with its metadata.
///
/// Made into another one it keeps what is not said anew: [`write`](Self::write) the payload, [`to`](Self::to) the
/// stream, [`part`](Self::part) the id.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub(super) stream: StreamName,
    pub(super) event: NewEvent,
    /// How else its payload may be written.
    same: Same,
    /// The event of the source that it was made from.
    pub(super) origin: Arc<Place>,
}

impl Row {
    /// The event as it is stored.
    pub(super) fn stored(stored: &StoredEvent<'_>, stream: StreamName) -> Self {
        Self {
            stream,
            event: NewEvent {
                id: stored.id,
                name: Cow::Owned(stored.name.to_owned()),
                version: stored.version,
                index: stored.index,
                codec: Cow::Owned(stored.codec.to_owned()),
                payload: Bytes::copy_from_slice(stored.payload),
                // Not a part of the page, which a row that is held back would keep alive.
                metadata: Bytes::copy_from_slice(stored.metadata),
                tenant: stored.tenant.map(Arc::from),
            },
            same: Same::default(),
            origin: Arc::new(Place::of(stored)),
        }
    }

    /// The stream that it goes into.
    pub fn stream(&self) -> &StreamName {
        &self.stream
    }

    /// Which event it is.
    pub fn id(&self) -> EventId {
        self.event.id
    }

    /// Its stored name.
    pub fn name(&self) -> &str {
        &self.event.name
    }

    /// Where the event of the source stands that it was made from.
    pub fn origin(&self) -> &Place {
        &self.origin
    }

    /// Who and what it came from, and when it happened.
    pub fn metadata(&self) -> Result<Metadata, DecodeError> {
        decode_metadata(&self.event.metadata)
    }

    /// What happened, if it is an event of this type.
    pub fn read<E: Event>(&self) -> Result<Option<E>, DecodeError> {
        self.read_with(&Json::default())
    }

    /// The same, of a payload that this codec wrote.
    pub fn read_with<E: Event>(&self, codec: &impl Codec) -> Result<Option<E>, DecodeError> {
        let NewEvent {
            name,
            version,
            payload,
            ..
        } = &self.event;
        if !E::INFO.is_named(name) {
            return Ok(None);
        }
        if self.event.codec != codec.name() {
            let (stored, reader) = (self.event.codec.to_string(), codec.name());
            return Err(DecodeError::Codec { stored, reader });
        }
        E::decode(codec, *version, payload).map(Some)
    }

    /// Says something else.
    pub fn write<E: Event>(self, event: &E) -> Result<Self, Unencodable> {
        let (json, event) = (Json::default(), event.clone());
        let row = self.write_with(&event, &json)?;
        Ok(row.or(move |other| {
            E::decode(&json, E::INFO.version, other).is_ok_and(|other| other == event)
        }))
    }

    /// The same, by this codec.
    pub fn write_with<E: Event>(
        mut self,
        event: &E,
        codec: &impl Codec,
    ) -> Result<Self, Unencodable> {
        // What the set read is another event now, and nothing keeps the codec.
        self.same = Same::default();
        let encode = |out: &mut Vec<u8>| codec.encode(event, out);
        let read = |bytes: &[u8]| E::decode(codec, E::INFO.version, bytes).map(Decoded::One);
        self.encoded(codec.name(), &E::INFO, event, encode, read)
    }

    /// Goes into another stream.
    pub fn to(self, stream: StreamName) -> Self {
        Self { stream, ..self }
    }

    /// Gets an id that is derived from its own and this number, the same in each run.
    ///
    /// [`Rows::put`] does it by itself for the second row and those after it that one call puts under one id; this is
    /// for what becomes several rows in different calls.
    pub fn part(self, number: u32) -> Self {
        self.derived("part", number)
    }

    /// The place that it has among those that a stored event is read as; the first of them keeps the id.
    pub(super) fn split(self, index: u32) -> Self {
        match index {
            0 => self,
            _ => self.derived("split", index),
        }
    }

    fn derived(mut self, how: &str, number: u32) -> Self {
        let name = format!("{how} {number}");
        self.event.id = Uuid::new_v5(&self.event.id.get(), name.as_bytes()).into();
        self.event.index = self.event.index.saturating_add(number);
        self
    }

    /// The same row with another event in it, if that comes back equal.
    pub(super) fn encoded<E: Debug + PartialEq>(
        mut self,
        codec: &'static str,
        info: &EventInfo,
        event: &E,
        encode: impl FnOnce(&mut Vec<u8>) -> Result<(), EncodeError>,
        read: impl FnOnce(&[u8]) -> Result<Decoded<E>, DecodeError>,
    ) -> Result<Self, Unencodable> {
        let mut payload = Vec::new();
        encode(&mut payload)
            .and_then(|()| survives(info.name, event, read(&payload)))
            .map_err(Unencodable::of(info.name))?;
        self.event.name = Cow::Borrowed(info.name);
        self.event.version = info.version;
        self.event.codec = Cow::Borrowed(codec);
        self.event.payload = payload.into();
        Ok(self)
    }

    /// The same row, whose payload may also be any that this takes: a set has another order each time it is written.
    pub(super) fn or(mut self, same: impl Fn(&[u8]) -> bool + Send + Sync + 'static) -> Self {
        self.same = Same(Some(Arc::new(same)));
        self
    }

    pub(super) fn bytes(&self) -> usize {
        self.event.payload.len() + self.event.metadata.len()
    }

    /// What an event of the target differs in.
    pub(super) fn differs(&self, found: &StoredEvent<'_>) -> Option<Box<Differs>> {
        let event = &self.event;
        // In another order it is as long.
        let is_as_long = found.payload.len() == event.payload.len();
        let is_same = is_as_long && self.same.takes(found.payload);
        let expected = StoredEvent {
            stream: self.stream.as_str(),
            id: event.id,
            name: &event.name,
            version: event.version,
            index: event.index,
            codec: &event.codec,
            tenant: event.tenant.as_deref(),
            payload: if is_same {
                found.payload
            } else {
                &event.payload
            },
            metadata: &event.metadata,
            ..*found
        };
        Differs::first(&self.origin, &expected, found)
    }
}

/// Whether a payload says the same as the one of a row; that alone does if nothing is known of it.
#[derive(Clone, Default)]
struct Same(Option<Arc<Alike>>);

type Alike = dyn Fn(&[u8]) -> bool + Send + Sync;

impl Same {
    fn takes(&self, payload: &[u8]) -> bool {
        self.0.as_ref().is_some_and(|same| same(payload))
    }
}

impl fmt::Debug for Same {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}

/// It follows from the payload.
impl PartialEq for Same {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// Where a transform puts what goes into the target, in order.
#[derive(Debug, Default)]
pub struct Rows {
    rows: Vec<Row>,
    /// How often each id was put.
    put: HashMap<EventId, u32>,
}

impl Rows {
    /// Lets a row go into the target, behind those that were put before.
    ///
    /// Of the rows that one call puts under one id, the first keeps it, and the others are [parts](Row::part) 1, 2,
    /// 3 of it.
    pub fn put(&mut self, row: Row) {
        let times = self.put.entry(row.id()).or_default();
        self.rows.push(match *times {
            0 => row,
            again => row.part(again),
        });
        *times += 1;
    }

    /// Ends a call.
    pub(super) fn take(&mut self) -> Vec<Row> {
        self.put.clear();
        std::mem::take(&mut self.rows)
    }
}

/// What a copy changes on the way; see [`Copying::transform_by`](super::Copying::transform_by).
///
/// It has to be deterministic: another run gives it the same rows again, and what it then puts has to be what it put
/// before. So it asks neither the clock nor for random numbers, and goes through a `BTreeMap` rather than a `HashMap`.
pub trait Transform: Send {
    /// Takes an event, and puts any number of them, in any streams; it may keep the row for a later call.
    fn take(&mut self, row: Row, rows: &mut Rows) -> Result<(), BoxError>;

    /// Puts what it still holds back, once the source has ended.
    fn finish(&mut self, rows: &mut Rows) -> Result<(), BoxError> {
        let _ = rows;
        Ok(())
    }
}

/// A closure that holds nothing back.
pub(super) struct Each<F>(pub(super) F);

impl<F: FnMut(Row, &mut Rows) -> Result<(), BoxError> + Send> Transform for Each<F> {
    fn take(&mut self, row: Row, rows: &mut Rows) -> Result<(), BoxError> {
        self.0(row, rows)
    }
}
