//! Takes in more than it may hold, and tells by how many bytes its memory has grown.

use factum::store::{Append, NewEvent};
use factum::{
    Aggregate, Codec, EventId, Expected, Json, Repository, Store, StreamName, Subscription, Uuid,
};
use factum_faults::process::{order, peak_memory, say};
use factum_faults::{Noted, Notes, NotesEvent, Place};

/// Of one append, and of one page.
const BATCH: u64 = 1_000;

/// Appends so many notes to a stream of the store.
pub(super) async fn write(arguments: &[String]) {
    let (place, events): (Place, u64) = order(arguments);
    let store = place.open().await;
    for first in (1..events).step_by(usize::try_from(BATCH).unwrap()) {
        append(&store, first).await;
    }
    store.close().await;
    say(&events);
}

async fn append(store: &impl Store, first: u64) {
    let stream = StreamName::new(Notes::NAME, "1").unwrap();
    let event = |number: u64| {
        let mut payload = Vec::new();
        Json::default()
            .encode(&Noted::new(number), &mut payload)
            .unwrap();
        NewEvent::json(
            EventId::new(Uuid::from_u128(number.into())),
            "notes.noted",
            payload,
        )
    };
    let events = (first..first + BATCH).map(event).collect();
    store
        .append(Append::new(stream, Expected::Any, events).unwrap())
        .await
        .unwrap();
}

/// Loads the one aggregate of the store.
pub(super) async fn load(arguments: &[String]) {
    let store = order::<Place>(arguments).open().await;
    let notes = Repository::<Notes, _>::new(store);
    let before = peak_memory();
    let loaded = notes.load(&"1".to_owned()).await.unwrap();
    tell(before, &loaded.state);
}

/// Reads all events of the store through a subscription.
pub(super) async fn scan(arguments: &[String]) {
    let store = order::<Place>(arguments).open().await;
    let before = peak_memory();
    let mut notes = Notes::default();
    let mut events = Subscription::aggregate::<Notes>(store);
    while let Some(batch) = events.catch_up().await.unwrap() {
        for recorded in &batch {
            take(&mut notes, &recorded.unwrap().event);
        }
    }
    tell(before, &notes);
}

/// Copies the store into an empty one.
pub(super) async fn copy(arguments: &[String]) {
    let (from, to): (Place, Place) = order(arguments);
    let (from, to) = (from.open().await, to.open().await);
    let before = peak_memory();
    let copying = factum::copy(&from, &to).aggregate::<Notes>();
    copying.run().await.unwrap();
    let grown = peak_memory() - before;
    let notes = Repository::<Notes, _>::new(to);
    let loaded = notes.load(&"1".to_owned()).await.unwrap();
    say(&(grown, &*loaded.state));
}

/// Writes so many events, and follows them a hundred times slower: with each batch that is written it asks for
/// the next ten events.
pub(super) async fn fall_behind(arguments: &[String]) {
    let (place, events): (Place, u64) = order(arguments);
    let store = place.open().await;
    let mut following = Subscription::aggregate::<Notes>(store.clone()).batch(10);
    let mut notes = Notes::default();
    append(&store, 1).await;
    let before = peak_memory();
    for first in (1 + BATCH..events).step_by(usize::try_from(BATCH).unwrap()) {
        append(&store, first).await;
        for recorded in &following.next().await.unwrap() {
            take(&mut notes, &recorded.unwrap().event);
        }
    }
    tell(before, &notes);
}

fn take(notes: &mut Notes, event: &NotesEvent) {
    notes.fold(event).unwrap();
}

fn tell(before: u64, notes: &Notes) {
    say(&(peak_memory() - before, notes));
}
