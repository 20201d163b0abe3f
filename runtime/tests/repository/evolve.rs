//! Each kind of change to an event, from the bytes that an old release stored to the state of today: loaded, read as
//! of a revision and a position, subscribed to, read as it is stored, with a snapshot from before the change and with
//! one after each event, and given to a test.

mod deploys;
mod fields;
mod meaning;
mod names;
mod past;
mod rolled;
mod several;
mod unknown;
mod values;

use factum::store::{Append, Filter, NewEvent, Read, StoredSnapshot};
use factum::testing::{Faulty, Given};
use factum::{
    Aggregate, AsOf, Codec, Decoded, EventId, EventSet, Expected, IntoEvents, Json, OnUnknown,
    Position, Recorded, Repository, Revision, Snapshot, Store, StreamName, Subscription, Uuid,
};
use futures_util::StreamExt;

use crate::domain::ada;

/// Name, version and payload.
type Row = (&'static str, u16, &'static str);

/// Where an event is found, and what it is read as.
type Found<E> = (Position, Revision, u32, E);

/// Stores rows behind what is there, as they are, as another build may have.
async fn append_rows(store: &impl Store, stream: &str, rows: &[Row]) {
    let new = rows.iter().zip(1..).map(|((name, version, payload), id)| {
        let event = NewEvent::json(EventId::new(Uuid::from_u128(id)), name, *payload);
        NewEvent {
            version: *version,
            ..event
        }
    });
    let append = Append::new(stream.parse().unwrap(), Expected::Any, new.collect());
    store.append(append.unwrap()).await.unwrap();
}

/// Everything that reads comes to the events that each row is read as, and to the state that they come to. The first
/// row is recorded by the build before the change.
async fn is_read<Before, A>(store: impl Store + Clone, rows: &[Row], read: &[Vec<A::Event>])
where
    Before: Snapshot + Aggregate<Id = String, Event: IntoEvents<Before::Event>>,
    A: Snapshot + Aggregate<Id = String, Event: IntoEvents<A::Event>>,
{
    let stream = StreamName::new(A::NAME, "ada").unwrap();
    record_before::<Before>(&store, rows[0]).await;
    append_rows(&store, stream.as_str(), &rows[1..]).await;
    // Which nobody here reads.
    let other = NewEvent::json(EventId::new(Uuid::from_u128(0)), "other.happened", "{}");
    let other = Append::new("other-1".parse().unwrap(), Expected::Any, vec![other]);
    store.append(other.unwrap()).await.unwrap();
    let mut states = vec![A::default()];
    for events in read {
        states.push(with(&states, events));
    }

    let positions = is_stored_as_it_was(&store, stream.clone(), rows).await;
    is_folded(&store, &positions, &states).await;
    let found = positions.iter().zip((0..).map(Revision::new)).zip(read);
    let found = found.flat_map(|((position, revision), events)| {
        let events = (0..).zip(events);
        events.map(move |(index, event)| (*position, revision, index, event.clone()))
    });
    is_found::<A>(&store, &found.collect::<Vec<_>>()).await;
    let decide = |_: &A| Ok::<_, String>(());
    let [.., last] = &*states else { panic!() };
    Given::<A>::stored(rows.iter().copied())
        .when(decide)
        .then_state_is(last.clone());

    let event = read.iter().flatten().next_back().unwrap();
    record::<A>(&store, event, rows.len() as u64).await;
    let page = store.read(Read::all(None).backward().limit(1)).await;
    let page = page.unwrap();
    let written = page.iter().map(|it| (it.name, it.version));
    assert!(written.eq([(event.info().name, event.info().version)]));
    states.push(with(&states, std::slice::from_ref(event)));
    is_taken_up_from_snapshots(&store, &stream, &states).await;
}

/// The last of these states, and what these events make of it.
fn with<A: Aggregate>(states: &[A], events: &[A::Event]) -> A {
    let mut state = states[states.len() - 1].clone();
    for event in events {
        state.fold(event).unwrap();
    }
    state
}

/// The build before the change records what it reads this row as.
async fn record_before<A>(store: &(impl Store + Clone), row: Row)
where
    A: Snapshot + Aggregate<Id = String, Event: IntoEvents<A::Event>>,
{
    let (name, version, payload) = row;
    let decoded = A::Event::decode(&Json::default(), name, version, payload.as_bytes());
    let Decoded::One(event) = decoded.unwrap() else {
        panic!("`{name}` has to be one event for the build before the change")
    };
    record::<A>(store, &event, 0).await;
}

/// Records an event, which gets this revision; the snapshot that is there is then of this build.
async fn record<A>(store: &(impl Store + Clone), event: &A::Event, revision: u64)
where
    A: Snapshot + Aggregate<Id = String, Event: IntoEvents<A::Event>>,
{
    let repository = Repository::<A, _>::new(store.clone()).snapshot_every(1);
    let decide = |_: &A| Ok::<_, String>(event.clone());
    let done = repository.update(&ada(), decide).await.unwrap();
    let (kept, revision) = (kept::<A>(store).await, Revision::new(revision));
    assert_eq!(done.revision, Some(revision));
    assert_eq!((kept.shape, kept.revision), (A::shape(), revision));
    assert_eq!(kept.state, encoded(&*done.state));
}

async fn kept<A: Aggregate>(store: &impl Store) -> StoredSnapshot {
    let stream = StreamName::new(A::NAME, "ada").unwrap();
    let kept = store.snapshots().unwrap().load(stream).await;
    kept.unwrap().unwrap()
}

/// Whoever reads the store itself gets each row as it was stored. Says where they stand.
async fn is_stored_as_it_was(
    store: &impl Store,
    stream: StreamName,
    rows: &[Row],
) -> Vec<Position> {
    let page = store.read(Read::all(None)).await.unwrap();
    assert_eq!(page.len(), rows.len() + 1, "one of them is another's");
    let stored = || page.iter().filter(|it| it.stream == stream.as_str());
    for (it, (name, version, payload)) in stored().zip(rows) {
        assert_eq!((it.name, it.version), (*name, *version));
        assert_eq!(str::from_utf8(it.payload), Ok(*payload));
    }
    stored().map(|it| it.position).collect()
}

/// A repository folds all events, though there is a snapshot of the build before, and some of them where it is asked
/// for the past.
async fn is_folded<A: Snapshot + Aggregate<Id = String>>(
    store: &(impl Store + Clone),
    positions: &[Position],
    states: &[A],
) {
    let before = kept::<A>(store).await;
    assert_ne!(before.shape, A::shape());
    let store = Faulty::new(store.clone());
    let repository = Repository::<A, _>::new(store.clone())
        .snapshot_every(1)
        .cache(0);
    let [.., last] = states else { panic!() };
    assert_eq!(*repository.load(&ada()).await.unwrap().state, *last);
    assert_eq!(store.events_read(), positions.len(), "from the first on");
    let pasts = (0..).map(Revision::new).zip(positions);
    for ((revision, position), state) in pasts.zip(&states[1..]) {
        for as_of in [AsOf::Revision(revision), AsOf::Position(*position)] {
            let loaded = repository.load_at(&ada(), as_of).await.unwrap();
            assert_eq!(*loaded.state, *state, "{as_of:?}");
        }
    }
    assert_eq!(kept::<A>(&store).await, before, "reading replaces none");
}

/// The history, each kind of subscription and the stream of one come to these events.
async fn is_found<A: Aggregate<Id = String>>(
    store: &(impl Store + Clone),
    expected: &[Found<A::Event>],
) {
    let found = |it: Recorded<A::Event>| (it.position, it.revision, it.index, it.event);
    let repository = Repository::<A, _>::new(store.clone());
    let history = repository.history(&ada()).await.unwrap();
    assert_eq!(history.into_iter().map(found).collect::<Vec<_>>(), expected);
    // What other aggregates record comes up too.
    let everything = || {
        let all = Subscription::<A::Event, _>::filtered(store.clone(), Filter::default());
        all.on_unknown(OnUnknown::Skip)
    };
    for mut subscription in [
        Subscription::aggregate::<A>(store.clone()),
        Subscription::<A::Event, _>::new(store.clone()),
        everything(),
    ] {
        let batch = subscription.catch_up().await.unwrap().unwrap();
        let events = batch.iter().map(|recorded| found(recorded.unwrap()));
        assert_eq!(events.collect::<Vec<_>>(), expected);
    }
    let events = everything().into_stream().take(expected.len());
    let events: Vec<_> = events
        .map(|recorded| found(recorded.unwrap()))
        .collect()
        .await;
    assert_eq!(events, expected);
}

fn encoded<A: Aggregate>(state: &A) -> Vec<u8> {
    let mut bytes = Vec::new();
    Json::default().encode(state, &mut bytes).unwrap();
    bytes
}

/// A snapshot after each event is taken up: what is read of the events is what is behind it.
async fn is_taken_up_from_snapshots<A: Snapshot + Aggregate<Id = String>>(
    store: &(impl Store + Clone),
    stream: &StreamName,
    states: &[A],
) {
    let [_, states @ .., last] = states else {
        panic!()
    };
    for (revision, state) in (0..).map(Revision::new).zip(states.iter().chain([last])) {
        // An earlier one takes a later one's place only where it is of another shape.
        for shape in [A::shape() ^ 1, A::shape()] {
            let snapshot = StoredSnapshot {
                stream: stream.clone(),
                first: Revision::FIRST,
                revision,
                shape,
                codec: "json".to_owned(),
                state: encoded(state),
            };
            store.snapshots().unwrap().save(snapshot).await.unwrap();
        }
        let store = Faulty::new(store.clone());
        let repository = Repository::<A, _>::new(store.clone()).snapshot_every(1);
        assert_eq!(*repository.load(&ada()).await.unwrap().state, *last);
        let behind = states.len() as u64 - revision.get();
        assert_eq!(store.events_read() as u64, behind, "behind {revision}");
    }
}
