//! From decided events to a batch for the store.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;

use super::Repository;
use super::attempt::Request;
use crate::aggregate::{Aggregate, EventSet};
use crate::codec::{Codec, survives};
use crate::error::{EncodeError, Unencodable};
use crate::recorded::EventId;
use crate::store::{NewEvent, Store};

/// The most bytes that an event's metadata may take.
const MAX_METADATA: usize = 64 << 10;

/// Room for the metadata and the payload of most requests, so that the bytes are not moved as they grow.
const ROOM: usize = 256;

impl<A: Aggregate, S: Store, C: Codec> Repository<A, S, C> {
    /// Encodes what was decided, with ids that are fixed from here on.
    pub(super) fn encode(
        &self,
        request: &Request<'_>,
        events: &[A::Event],
    ) -> Result<Arc<[NewEvent]>, Unencodable> {
        let said = request.context.said(request.stamp);
        let mut bytes = Vec::with_capacity(ROOM);
        let of_metadata = Unencodable::of("metadata");
        said.encode(&mut bytes).map_err(&of_metadata)?;
        if bytes.len() > MAX_METADATA {
            let (bytes, limit) = (bytes.len(), MAX_METADATA);
            return Err(of_metadata(EncodeError::TooLarge { bytes, limit }));
        }
        let metadata = bytes.len();
        // Of all events but the last, which takes what is left: most batches are one event, and need no list.
        let mut lengths = Vec::new();
        for (index, event) in events.iter().enumerate() {
            let start = bytes.len();
            let encoded = event.encode(&self.codec, &mut bytes);
            let kept = encoded.and_then(|()| self.verify(event, &bytes[start..]));
            kept.map_err(Unencodable::of(event.info().name))?;
            if index + 1 < events.len() {
                lengths.push(bytes.len() - start);
            }
        }
        let mut payloads = Bytes::from(bytes);
        let metadata = payloads.split_to(metadata);
        let tenant: Option<Arc<str>> = said.tenant.map(Arc::from);
        let new = |(index, event): (usize, &A::Event)| {
            let info = event.info();
            NewEvent {
                id: Self::event_id(request, index),
                name: Cow::Borrowed(info.name),
                version: info.version,
                index: 0,
                codec: Cow::Borrowed(self.codec.name()),
                payload: payloads.split_to(lengths.get(index).copied().unwrap_or(payloads.len())),
                metadata: metadata.clone(),
                tenant: tenant.clone(),
            }
        };
        Ok(events.iter().enumerate().map(new).collect())
    }

    fn event_id(request: &Request<'_>, index: usize) -> EventId {
        match (request.stamp, request.first_id) {
            (Some(stamp), _) => stamp.id.event(&request.stream, index),
            (None, Some(first)) if index == 0 => EventId::new(first),
            (None, _) => EventId::new(request.context.fresh_id()),
        }
    }

    fn verify(&self, event: &A::Event, payload: &[u8]) -> Result<(), EncodeError> {
        if !self.verify {
            return Ok(());
        }
        let info = event.info();
        let read = A::Event::decode(&self.codec, info.name, info.version, payload);
        survives(info.name, event, read)
    }
}
