//! Answers to appends that never reach a store.

use std::sync::atomic::Ordering;

use factum::store::{Append, Appended};
use factum::{Position, Refused, Revision, Store, StoreError, Timestamp};

use super::{Broken, Bug};

impl Broken {
    pub(super) async fn answered(&self, append: &Append) -> Option<Result<Appended, StoreError>> {
        let (stream, events) = (append.stream().clone(), append.events());
        match self.bug {
            Bug::ExpectedBeforeIds => {
                let actual = self.actual(&stream).await;
                append.expected().check(&stream, actual).err().map(Err)
            }
            Bug::MetadataCompared => {
                let mut seen = self.seen.lock().unwrap();
                let other = events.iter().find(|event| {
                    let first = seen.metadata.entry(event.id);
                    *first.or_insert(event.metadata.clone()) != event.metadata
                });
                let id = other?.id;
                Some(Err(Refused::IdWithOtherContent { stream, id }.into()))
            }
            Bug::IdsOfOtherStreams => {
                let mut seen = self.seen.lock().unwrap();
                let first = seen.streams.entry(events[0].id).or_insert(stream.clone());
                (*first != stream).then(|| Ok(appended(Revision::FIRST, 1, events.len(), true)))
            }
            Bug::AThousandAtMost if events.len() > 1000 => Some(Err(Refused::BatchTooLarge {
                stream,
                events: events.len(),
                bytes: 0,
                limit_events: 1000,
                limit_bytes: 0,
            }
            .into())),
            Bug::HundredthForgotten if self.appends.fetch_add(1, Ordering::Relaxed) % 100 == 99 => {
                let head = self.inner.head().await.unwrap().map_or(1, Position::get);
                let last = self.actual(&stream).await;
                let next = last.map_or(Revision::FIRST, Revision::next);
                Some(Ok(appended(next, head, events.len(), false)))
            }
            _ => None,
        }
    }
}

fn appended(first: Revision, position: u64, count: usize, repeated: bool) -> Appended {
    Appended {
        first,
        positions: (position..).map(Position::new).take(count).collect(),
        recorded_at: Timestamp::UNIX_EPOCH,
        repeated,
    }
}
