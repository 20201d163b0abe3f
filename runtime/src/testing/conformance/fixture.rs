//! What the cases share: batches of numbered events, and everything a store shows.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use uuid::Uuid;

use super::{Kit, NotOffered};
use crate::error::StoreError;
use crate::place::{Expected, Position, Revision};
use crate::recorded::EventId;
use crate::store::{Append, Appended, Deletes, NewEvent, Page, Read, Snapshots, Store};
use crate::stream::StreamName;

/// What is left after the store's end; the store itself, if it declares to survive nothing.
pub(super) async fn reopened<K: Kit>(kit: &K, store: K::Store) -> K::Store {
    match kit.reopen(store.clone()).await {
        Some(reopened) => reopened,
        None => store,
    }
}

pub(super) fn deletes(store: &impl Store) -> Result<&dyn Deletes, NotOffered> {
    store.deletes().ok_or(NotOffered("deletes"))
}

pub(super) fn snapshots(store: &impl Store) -> Result<&dyn Snapshots, NotOffered> {
    store.snapshots().ok_or(NotOffered("snapshots"))
}

pub(super) fn stream(id: &str) -> StreamName {
    named("conformance", id)
}

pub(super) fn named(category: &str, id: &str) -> StreamName {
    StreamName::new(category, id).unwrap()
}

pub(super) fn id(number: u128) -> EventId {
    EventId::new(Uuid::from_u128(number))
}

/// The event with this number, which is in its id and its payload.
pub(super) fn event(number: u128) -> NewEvent {
    NewEvent::json(
        id(number),
        "conformance.counted",
        format!("{{\"number\":{number}}}"),
    )
}

pub(super) fn events(numbers: impl IntoIterator<Item = u128>) -> Vec<NewEvent> {
    numbers.into_iter().map(event).collect()
}

pub(super) fn batch(stream: &StreamName, expected: Expected, events: Vec<NewEvent>) -> Append {
    Append::new(stream.clone(), expected, events).unwrap()
}

/// Appends whatever is expected; for the set-up of a case.
pub(super) async fn put(
    store: &impl Store,
    stream: &StreamName,
    events: Vec<NewEvent>,
) -> Appended {
    store
        .append(batch(stream, Expected::Any, events))
        .await
        .unwrap()
}

pub(super) async fn try_put(
    store: &impl Store,
    stream: &StreamName,
    expected: Expected,
    numbers: impl IntoIterator<Item = u128>,
) -> Result<Appended, StoreError> {
    store.append(batch(stream, expected, events(numbers))).await
}

/// What a reader keeps of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) id: EventId,
    pub(super) stream: String,
    pub(super) revision: Revision,
    pub(super) position: Position,
    pub(super) payload: Vec<u8>,
}

pub(super) fn seen(page: &Page) -> Vec<Seen> {
    page.iter()
        .map(|event| Seen {
            id: event.id,
            stream: event.stream.to_owned(),
            revision: event.revision,
            position: event.position,
            payload: event.payload.to_vec(),
        })
        .collect()
}

/// Everything that this read shows, page by page.
pub(super) async fn all(store: &impl Store, read: Read) -> Vec<Seen> {
    let mut everything = Vec::new();
    let mut next = Some(read);
    while let Some(read) = next {
        let page = store.read(read.clone()).await.unwrap();
        assert!(
            page.len() <= read.limit,
            "a page of {} for a limit of {}",
            page.len(),
            read.limit
        );
        everything.extend(seen(&page));
        next = page.next();
        assert_ne!(next, Some(read), "a page that is followed by itself");
    }
    everything
}

/// What a reader sees who goes on behind the last position that he was shown, until all is over and he is at the end.
pub(super) async fn followed(
    store: impl Store,
    limit: usize,
    is_over: Arc<AtomicBool>,
) -> Vec<Seen> {
    let mut everything: Vec<Seen> = Vec::new();
    loop {
        let is_last = is_over.load(Ordering::SeqCst);
        let after = everything.last().map(|event| event.position);
        let page = store.read(Read::all(after).limit(limit)).await.unwrap();
        everything.extend(seen(&page));
        if is_last && page.is_end() {
            return everything;
        }
        tokio::task::yield_now().await;
    }
}

pub(super) fn ids(seen: &[Seen]) -> Vec<EventId> {
    seen.iter().map(|event| event.id).collect()
}

pub(super) fn numbers(numbers: impl IntoIterator<Item = u128>) -> Vec<EventId> {
    numbers.into_iter().map(id).collect()
}

/// The kind of a result, for messages and comparison.
pub(super) fn conflict<T: std::fmt::Debug>(
    result: Result<T, StoreError>,
) -> crate::error::Conflict {
    match result {
        Err(StoreError::Conflict(conflict)) => conflict,
        other => panic!("expected a conflict, got {other:?}"),
    }
}

pub(super) fn refused<T: std::fmt::Debug>(result: Result<T, StoreError>) -> crate::error::Refused {
    match result {
        Err(StoreError::Refused(refused)) => refused,
        other => panic!("expected a refusal, got {other:?}"),
    }
}
