//! Batches, whole reads, and what comes of them, whatever the store.

use factum::store::{Append, NewEvent, Read};
use factum::{
    EventId, Expected, Position, Refused, Store, StoreError, StreamName, Unavailable,
    UnavailableCause, Uuid,
};

pub(crate) fn name(name: &str) -> StreamName {
    name.parse().unwrap()
}

pub(crate) fn event(id: u128) -> NewEvent {
    named(id, "account.deposited")
}

pub(crate) fn named(id: u128, name: &'static str) -> NewEvent {
    NewEvent::json(id_of(id), name, format!(r#"{{"cents":{id}}}"#))
}

pub(crate) fn id_of(id: u128) -> EventId {
    EventId::new(Uuid::from_u128(id))
}

pub(crate) fn batch(
    stream: &str,
    expected: Expected,
    ids: impl IntoIterator<Item = u128>,
) -> Append {
    Append::new(name(stream), expected, ids.into_iter().map(event).collect()).unwrap()
}

/// Appends one event with this id, whatever is there.
pub(crate) async fn add(store: &impl Store, stream: &str, id: u128) -> Position {
    store
        .append(batch(stream, Expected::Any, [id]))
        .await
        .unwrap()
        .positions[0]
}

/// The largest revision stays free, so that each has a next one: a stream that was set up to be near it takes one event.
pub(crate) async fn takes_one_more(store: &impl Store, stream: &str) {
    let [one, next] = [10, 11].map(|id| batch(stream, Expected::Any, [id]));
    let appended = store.append(one).await.unwrap();
    assert_eq!(appended.first.get(), i64::MAX as u64 - 1);
    let error = store.append(next).await.unwrap_err();
    let refused = Refused::NumberTooLarge {
        what: "the revision",
        number: 1 << 63,
    };
    assert!(
        matches!(&error, StoreError::Refused(error) if *error == refused),
        "{error:?}"
    );
}

/// The ids of all that a reader gets to see from this request on, page by page.
pub(crate) async fn ids(store: &impl Store, read: Read) -> Vec<u128> {
    let mut next = Some(read);
    let mut ids = Vec::new();
    while let Some(read) = next {
        let page = store.read(read.clone()).await.unwrap();
        ids.extend(page.iter().map(|event| event.id.get().as_u128()));
        next = page.next();
    }
    ids
}

pub(crate) fn unavailable<T: std::fmt::Debug>(outcome: Result<T, StoreError>) -> Unavailable {
    match outcome.unwrap_err() {
        StoreError::Unavailable(error) => error,
        other => panic!("expected the store to be unavailable, got: {other:?}"),
    }
}

pub(crate) fn cause<T: std::fmt::Debug>(outcome: Result<T, StoreError>) -> UnavailableCause {
    unavailable(outcome).cause
}
