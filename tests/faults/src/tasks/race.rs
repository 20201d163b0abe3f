//! Two who want one stream's next revision, each beside appends of its own that have nothing to do with it.

use factum::store::{Append, NewEvent};
use factum::{EventId, Expected, Revision, Store, StoreError, StreamName, Uuid};
use serde::{Deserialize, Serialize};

use crate::clock::TestClock;

/// The stream that both want.
const RACED: &str = "race-1";

/// Who races.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Racer {
    /// No two of a race have the same.
    pub number: u64,
    /// How many revisions the stream gets from all of them, at least.
    pub revisions: u64,
}

/// What one of them was told.
#[derive(Serialize, Deserialize, Debug, Default)]
pub struct Told {
    /// The revisions that it won, each with its event.
    pub won: Vec<(u64, Uuid)>,
    /// How often the other one was first.
    pub lost: usize,
    /// What was appended beside.
    pub beside: Vec<Uuid>,
    /// How often the store's clock was asked meanwhile.
    pub asked: usize,
}

/// The stream that is this one's alone.
pub fn own(racer: &Racer) -> StreamName {
    format!("beside-{}", racer.number).parse().unwrap()
}

/// Asks for each revision together with an append to its own stream, so that the two are stored in one group, by a store
/// that goes by this clock.
pub async fn race(racer: &Racer, store: &impl Store, clock: &TestClock) -> Told {
    let asked = clock.asked();
    let hot = raced();
    let mut told = Told::default();
    let mut expected = Expected::NoStream;
    loop {
        let [wanted, innocent] = [(); 2].map(|()| Uuid::new_v4());
        let (race, beside) = tokio::join!(
            store.append(append(&hot, expected, wanted)),
            store.append(append(&own(racer), Expected::Any, innocent))
        );
        let beside =
            beside.unwrap_or_else(|error| panic!("the innocent append has failed: {error}"));
        assert_eq!(beside.first.get(), told.beside.len() as u64, "{beside:?}");
        told.beside.push(innocent);
        let last = match race {
            Ok(appended) => {
                told.won.push((appended.first.get(), wanted));
                appended.first
            }
            Err(StoreError::Conflict(conflict)) => {
                assert_eq!((&conflict.stream, conflict.expected), (&hot, expected));
                assert!(Expected::from(conflict.actual) != expected, "{conflict}");
                told.lost += 1;
                conflict.actual.unwrap()
            }
            Err(error) => panic!("{error:?}"),
        };
        if last.get() + 1 >= racer.revisions {
            told.asked = clock.asked() - asked;
            return told;
        }
        expected = Expected::Revision(Revision::new(last.get()));
    }
}

/// The stream that all of them want.
pub fn raced() -> StreamName {
    RACED.parse().unwrap()
}

fn append(stream: &StreamName, expected: Expected, id: Uuid) -> Append {
    let event = NewEvent::json(EventId::new(id), "race.run", "{}".to_owned());
    Append::new(stream.clone(), expected, vec![event]).unwrap()
}
