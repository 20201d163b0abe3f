//! From decided events to a batch for the store.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;

use super::Repository;
use super::attempt::Request;
use crate::aggregate::{Aggregate, Decoded, EventSet};
use crate::codec::Codec;
use crate::command::Command;
use crate::error::{EncodeError, Unencodable, Unstorable};
use crate::recorded::{CommandId, CommandStamp, EventId};
use crate::store::{NewEvent, Store};

/// The most bytes that an event's metadata may take.
const MAX_METADATA: usize = 64 << 10;

impl CommandStamp {
    /// The stamp of a command that came with this id.
    pub(super) fn of<C: Command>(
        id: CommandId,
        command: &C,
        codec: &impl Codec,
    ) -> Result<Self, Unencodable> {
        let mut content = Vec::new();
        let encoded = codec.encode(command, &mut content);
        encoded.map_err(|reason| Unencodable {
            what: C::NAME,
            reason,
        })?;
        Ok(Self::new(id, C::NAME, &content))
    }
}

impl<A: Aggregate, S: Store, C: Codec> Repository<A, S, C> {
    /// Encodes what was decided, with ids that are fixed from here on.
    pub(super) fn encode(
        &self,
        request: &Request,
        events: &[A::Event],
    ) -> Result<Vec<NewEvent>, Unencodable> {
        let metadata = serde_json::to_vec(&request.metadata);
        let metadata = metadata.map_err(|error| of_metadata(EncodeError::other(&error)))?;
        if metadata.len() > MAX_METADATA {
            let (bytes, limit) = (metadata.len(), MAX_METADATA);
            return Err(of_metadata(Unstorable::TooLarge { bytes, limit }.into()));
        }
        let metadata = Bytes::from(metadata);
        let tenant: Option<Arc<str>> = request.metadata.tenant.as_deref().map(Arc::from);
        let encode = |(index, event): (usize, &A::Event)| {
            let info = event.info();
            let payload = self.payload(event);
            let payload = payload.map_err(|reason| Unencodable {
                what: info.name,
                reason,
            })?;
            Ok(NewEvent {
                id: self.event_id(request, index),
                name: Cow::Borrowed(info.name),
                version: info.version,
                index: 0,
                codec: Cow::Borrowed(self.codec.name()),
                payload: payload.into(),
                metadata: metadata.clone(),
                tenant: tenant.clone(),
            })
        };
        events.iter().enumerate().map(encode).collect()
    }

    fn payload(&self, event: &A::Event) -> Result<Vec<u8>, EncodeError> {
        let mut payload = Vec::new();
        event.encode(&self.codec, &mut payload)?;
        if self.verify {
            self.verify(event, &payload)?;
        }
        Ok(payload)
    }

    fn event_id(&self, request: &Request, index: usize) -> EventId {
        match request.stamp {
            Some(stamp) => stamp.id.event(&request.stream, index),
            None => EventId::new(self.ids.fresh()),
        }
    }

    fn verify(&self, event: &A::Event, payload: &[u8]) -> Result<(), EncodeError> {
        let info = event.info();
        let difference = match A::Event::decode(&self.codec, info.name, info.version, payload) {
            Ok(Decoded::One(read)) if read == *event => return Ok(()),
            Ok(read) => format!("written as {event:?}, read as {read:?}"),
            Err(error) => format!("written as {event:?}, then {error}"),
        };
        Err(Unstorable::NotRoundTrip {
            event: info.name,
            difference,
        }
        .into())
    }
}

fn of_metadata(reason: EncodeError) -> Unencodable {
    Unencodable {
        what: "metadata",
        reason,
    }
}
