//! Each kind of change to an event, from the bytes that an old release stored to the state of today: loaded, read as
//! of a revision, subscribed to, with a snapshot after each event, and given to a test.

mod fields;
mod names;
mod past;
mod unknown;

use std::fmt::Debug;

use factum::store::{Append, NewEvent, StoredSnapshot};
use factum::testing::Given;
use factum::{
    Aggregate, AsOf, EventId, Expected, Recorded, Repository, Revision, Store, StreamName,
    Subscription, Uuid,
};
use serde::Serialize;

use crate::domain::ada;

/// Name, version and payload.
type Row = (&'static str, u16, &'static str);

/// Stores rows as they are, as another build may have.
async fn append_rows(store: &impl Store, stream: &str, rows: &[Row]) {
    let new = rows.iter().zip(1..).map(|((name, version, payload), id)| {
        let event = NewEvent::json(EventId::new(Uuid::from_u128(id)), name, *payload);
        NewEvent {
            version: *version,
            ..event
        }
    });
    let stream = stream.parse().unwrap();
    let append = Append::new(stream, Expected::NoStream, new.collect()).unwrap();
    store.append(append).await.unwrap();
}

/// Everything that reads comes to the events that each row is read as, and to the state that they come to.
async fn is_read<A>(store: impl Store + Clone, rows: &[Row], read: &[Vec<A::Event>])
where
    A: Aggregate<Id = String> + Default + Debug + PartialEq + Clone + Serialize,
{
    let stream = StreamName::new(A::NAME, "ada").unwrap();
    append_rows(&store, stream.as_str(), rows).await;
    // Which nobody here reads.
    let other = NewEvent::json(EventId::new(Uuid::from_u128(0)), "other.happened", "{}");
    let other = Append::new("other-1".parse().unwrap(), Expected::Any, vec![other]);
    store.append(other.unwrap()).await.unwrap();
    let mut states = vec![A::default()];
    for events in read {
        let mut state = states[states.len() - 1].clone();
        for event in events {
            state.fold(event).unwrap();
        }
        states.push(state);
    }
    let [.., last] = &*states else { panic!() };
    let read: Vec<(Revision, u32, &A::Event)> = (0..)
        .map(Revision::new)
        .zip(read)
        .flat_map(|(revision, events)| {
            let events = (0..).zip(events);
            events.map(move |(index, event)| (revision, index, event))
        })
        .collect();

    let repository = Repository::<A, _>::new(store.clone()).cache(0);
    assert_eq!(*repository.load(&ada()).await.unwrap().state, *last);
    for (revision, state) in (0..).map(Revision::new).zip(&states[1..]) {
        let as_of = AsOf::Revision(revision);
        let loaded = repository.load_at(&ada(), as_of).await.unwrap();
        assert_eq!(*loaded.state, *state, "as of {revision}");
    }
    let history = repository.history(&ada()).await.unwrap();
    let place = |it: &Recorded<A::Event>| (it.revision, it.index, it.event.clone());
    let expected = || {
        read.iter()
            .map(|(revision, index, event)| (*revision, *index, (*event).clone()))
    };
    assert!(history.iter().map(place).eq(expected()));
    for mut subscription in [
        Subscription::aggregate::<A>(store.clone()),
        Subscription::<A::Event, _>::new(store.clone()),
    ] {
        let batch = subscription.catch_up().await.unwrap().unwrap();
        let found = batch.iter().map(|recorded| place(&recorded.unwrap()));
        assert!(found.eq(expected()));
    }
    let repository = repository.snapshot_every(1);
    for (revision, state) in (0..).map(Revision::new).zip(&states[1..]) {
        let snapshot = StoredSnapshot {
            stream: stream.clone(),
            first: Revision::new(0),
            revision,
            shape: A::shape(),
            codec: "json".to_owned(),
            state: serde_json::to_vec(state).unwrap(),
        };
        store.snapshots().unwrap().save(snapshot).await.unwrap();
        assert_eq!(*repository.load(&ada()).await.unwrap().state, *last);
    }
    let decide = |_: &A| Ok::<_, String>(());
    Given::<A>::stored(rows.iter().copied())
        .when(decide)
        .then_state_is(last.clone());
}
