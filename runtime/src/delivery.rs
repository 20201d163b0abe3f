//! From a page of stored events to events in their envelopes.

use std::ops::Range;
use std::sync::OnceLock;
use std::vec;

use crate::aggregate::{Decoded, EventSet};
use crate::codec::{Codec, decode_stored};
use crate::error::Undecodable;
use crate::evolve::{OnUnknown, knows};
use crate::place::Position;
use crate::recorded::Recorded;
use crate::store::{Page, StoredEvent};
use crate::stream::StreamName;

/// Where reading a batch got stuck, if it did.
#[derive(Debug, Default)]
pub(crate) struct Stuck {
    /// Behind which position the batch starts.
    pub(crate) from: Option<Position>,
    /// Behind which position the first event stands that could not be read.
    pub(crate) behind: OnceLock<Option<Position>>,
}

/// The events of a page, decoded one at a time, each in its envelope.
///
/// See [`Batch::iter`](crate::Batch::iter). An event that cannot be read is an error with its place; what to
/// do about it is the caller's to decide, and the iterator goes on behind it.
#[derive(Debug)]
pub struct Delivery<'a, E, C> {
    page: &'a Page,
    codec: &'a C,
    part: Range<usize>,
    stuck: Option<&'a Stuck>,
    on_unknown: OnUnknown,
    stream: Option<StreamName>,
    split: vec::IntoIter<Recorded<E>>,
}

impl<'a, E: EventSet, C: Codec> Delivery<'a, E, C> {
    /// These of the page's stored events; the first one that cannot be read is noted in `stuck`.
    pub(crate) fn new(
        page: &'a Page,
        codec: &'a C,
        part: Range<usize>,
        stuck: Option<&'a Stuck>,
    ) -> Self {
        Self {
            page,
            codec,
            part,
            stuck,
            on_unknown: OnUnknown::Fail,
            stream: None,
            split: Vec::new().into_iter(),
        }
    }

    pub(crate) fn on_unknown(self, on_unknown: OnUnknown) -> Self {
        Self { on_unknown, ..self }
    }

    /// The one event that a stored one is read as; if they are several, or none, they are left in `split`.
    fn deliver(&mut self, at: usize) -> Result<Option<Recorded<E>>, Box<Undecodable>> {
        let Some(stored) = self.page.get(at) else {
            return Ok(None);
        };
        if self.on_unknown == OnUnknown::Skip && !knows::<E>(stored.name, stored.version) {
            return Ok(None);
        }
        let stream = self.stream(&stored)?;
        let decoded = decode_stored::<E, C>(self.codec, &stored)?;
        let wrap = |index, event: E, stream| Recorded {
            id: stored.id,
            stream,
            revision: stored.revision,
            position: stored.position,
            index,
            name: event.info().name,
            version: stored.version,
            recorded_at: stored.recorded_at,
            event,
            metadata: self.page.metadata(at),
        };
        let events = match decoded {
            Decoded::One(event) => return Ok(Some(wrap(stored.index, event, stream))),
            Decoded::Many(events) => events.into_iter().zip(0..),
        };
        let split = events
            .map(|(event, index)| wrap(stored.index.saturating_add(index), event, stream.clone()));
        self.split = split.collect::<Vec<_>>().into_iter();
        Ok(None)
    }

    /// Neighbours are mostly of one stream: its name is made once.
    fn stream(&mut self, stored: &StoredEvent<'_>) -> Result<StreamName, Box<Undecodable>> {
        match &self.stream {
            Some(stream) if stream.as_str() == stored.stream => Ok(stream.clone()),
            _ => {
                let stream: Result<StreamName, _> = stored.stream.parse();
                let stream = stream.map_err(Undecodable::at(stored))?;
                Ok(self.stream.insert(stream).clone())
            }
        }
    }
}

impl<E: EventSet, C: Codec> Iterator for Delivery<'_, E, C> {
    type Item = Result<Recorded<E>, Box<Undecodable>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(event) = self.split.next() {
                return Some(Ok(event));
            }
            let at = self.part.next()?;
            match self.deliver(at) {
                Ok(None) => {}
                Ok(Some(event)) => return Some(Ok(event)),
                Err(error) => {
                    if let Some(stuck) = self.stuck {
                        let before = at.checked_sub(1).and_then(|before| self.page.get(before));
                        let before = before.map(|event| event.position).or(stuck.from);
                        // Only the first one counts.
                        let _ = stuck.behind.set(before);
                    }
                    return Some(Err(error));
                }
            }
        }
    }
}
