//! Who follows what was recorded sees its own kind, and where it stands.

use std::time::{Duration, Instant};

use factum::store::{Append, NewEvent};
use factum::{
    CheckpointAheadOfStore, Conflict, EventId, Expected, Position, Refused, Revision, SettleError,
    Store, StoreError, StreamName, Subscription, Torn, Unavailable, UnavailableCause,
    UnknownOutcome, Uuid,
};

use crate::domain::{Account, AccountEvent, with_cents};
use crate::each::on_every_store;

/// An event that only stores know of, in a stream that nobody here reads.
async fn put_other(store: &impl Store) {
    let name = "account.deposited";
    let event = NewEvent::json(EventId::new(Uuid::from_u128(9)), name, r#"{"cents":9}"#);
    let append = Append::new("till-3".parse().unwrap(), Expected::Any, vec![event]);
    store.append(append.unwrap()).await.unwrap();
}

async fn sees_one_kind_of_aggregate(store: impl Store + Clone) {
    put_other(&store).await;
    with_cents(&store, 5).await;
    let mut events = Subscription::aggregate::<Account>(store.clone());
    let batch = events.catch_up().await.unwrap().unwrap();
    let streams: Vec<_> = batch.iter().map(|event| event.unwrap().stream).collect();
    assert_eq!(streams, ["account-ada".parse::<StreamName>().unwrap()]);
    let mut events = Subscription::<AccountEvent, _>::new(store);
    assert_eq!(events.catch_up().await.unwrap().unwrap().len(), 2);
}

async fn gives_each_event_its_own_stream(store: impl Store + Clone) {
    with_cents(&store, 5).await;
    put_other(&store).await;
    with_cents(&store, 5).await;
    let mut events = Subscription::<AccountEvent, _>::new(store);
    let batch = events.catch_up().await.unwrap().unwrap();
    let streams: Vec<_> = batch.iter().map(|event| event.unwrap().stream).collect();
    let streams: Vec<_> = streams.iter().map(StreamName::as_str).collect();
    assert_eq!(streams, ["account-ada", "till-3", "account-ada"]);
}

async fn a_batch_without_events_moves_the_checkpoint(store: impl Store + Clone) {
    with_cents(&store, 5).await;
    let mut events = Subscription::aggregate::<Account>(store.clone());
    assert_eq!(events.checkpoint(), None);
    let batch = events.catch_up().await.unwrap().unwrap();
    let first = batch.checkpoint();
    assert!(!batch.is_empty() && first.is_some());
    assert_eq!(events.checkpoint(), first);
    put_other(&store).await;
    let batch = events.catch_up().await.unwrap().unwrap();
    assert!(batch.is_empty() && batch.checkpoint() > first);
    assert_eq!(events.checkpoint(), store.head().await.unwrap());
    assert!(events.catch_up().await.unwrap().is_none());
    let shown = format!("{events:?}");
    assert!(shown.starts_with("Subscription { filter: "), "{shown}");
}

async fn waits_as_long_as_there_is_nothing_new(store: impl Store + Clone) {
    with_cents(&store, 1).await;
    let (started, timeout) = (Instant::now(), Duration::from_millis(20));
    let head = store.head().await.unwrap();
    store.wait(head, timeout).await.unwrap();
    assert!(started.elapsed() >= timeout);
}

on_every_store! {
    sees_one_kind_of_aggregate,
    gives_each_event_its_own_stream,
    a_batch_without_events_moves_the_checkpoint,
    waits_as_long_as_there_is_nothing_new,
}

#[test]
fn trying_again_helps_unless_a_store_may_never_do_it() {
    let stream: StreamName = "account-ada".parse().unwrap();
    let conflict = Conflict {
        stream: stream.clone(),
        expected: Expected::NoStream,
        actual: Some(Revision::FIRST),
    };
    let reason = "the answer was lost".into();
    let unavailable = |cause| StoreError::from(Unavailable::new(cause, "locked"));
    assert!(!SettleError::NotRecorded(conflict.clone()).is_retryable());
    assert!(!SettleError::Deleted(stream.clone()).is_retryable());
    let read = |cause| SettleError::Read(unavailable(cause).into()).is_retryable();
    assert!(read(UnavailableCause::Locked) && !read(UnavailableCause::Full));
    for (error, helps) in [
        (StoreError::from(conflict), true),
        (UnknownOutcome { reason }.into(), true),
        (unavailable(UnavailableCause::Locked), true),
        (unavailable(UnavailableCause::Full), false),
        (Refused::EmptyBatch { stream }.into(), false),
    ] {
        assert_eq!(error.is_retryable(), helps, "{error}");
    }
}

#[test]
fn an_end_that_was_met_is_said() {
    let (checkpoint, head) = (Position::new(7), Some(Position::new(3)));
    let ahead = |head| CheckpointAheadOfStore { checkpoint, head }.to_string();
    let said = "the checkpoint 7 is past the store's end (position 3): ";
    assert!(ahead(head).starts_with(said));
    assert!(ahead(None).contains("past the store's end (it is empty): "));
    let torn = Torn {
        stream: "account-ada".parse().unwrap(),
        expected: Some(Revision::new(2)),
        found: None,
    };
    let said = "`account-ada` is torn: revision 2 should come next, and its end does;";
    assert!(torn.to_string().starts_with(said));
}
