//! One of those who migrate a store at once.

use factum::store::{Append, NewEvent};
use factum::{EventId, Expected, Store, StreamName};
use factum_faults::Place;
use factum_faults::process::{order, ready, say};

/// Says when it is ready, waits for the others, opens the store, and says what it was answered to an append.
pub(crate) async fn play(arguments: &[String]) {
    let (place, stream, id): (Place, StreamName, EventId) = order(arguments);
    ready();
    let store = place.open().await;
    let event = NewEvent::json(id, "schema.migrated", "{}".to_owned());
    let append = Append::new(stream, Expected::NoStream, vec![event]).unwrap();
    say(&store.append(append).await.unwrap().positions);
}
