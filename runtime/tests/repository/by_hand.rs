//! Everything works without macros, and events that are read as none or several keep their place.

use factum::store::{Append, NewEvent};
use factum::{
    Aggregate, Codec, DecodeError, Decoded, EncodeError, EventId, EventInfo, EventSet,
    ExecuteError, Expected, Illegal, IntoEvents, Position, Recorded, Repository, Revision, Store,
    StreamName, Subscription, Uuid,
};
use serde::{Deserialize, Serialize};

use crate::each::on_every_store;

on_every_store! {
    delivers_a_split_event_with_one_place_and_an_index,
    folds_split_and_dropped_events,
    does_not_record_what_the_state_cannot_take,
    decides_again_what_only_a_cached_state_cannot_take,
    reports_a_history_that_the_state_cannot_take,
}

#[derive(Debug, Clone, PartialEq)]
enum Door {
    Opened,
    Closed,
}

const OPENED: EventInfo = EventInfo::new("door.opened", 1, "Opened");
const CLOSED: EventInfo = EventInfo::new("door.closed", 1, "Closed");
/// No longer written: it was one event and is two now.
const SLAMMED: EventInfo = EventInfo::new("door.opened-and-slammed", 1, "Slammed");
/// No longer written, and of no account.
const PAINTED: EventInfo = EventInfo::new("door.painted", 1, "Painted");

impl EventSet for Door {
    const READS: &'static [EventInfo] = &[OPENED, CLOSED, SLAMMED, PAINTED];

    fn info(&self) -> &'static EventInfo {
        match self {
            Self::Opened => &OPENED,
            Self::Closed => &CLOSED,
        }
    }

    fn encode<C: Codec>(&self, codec: &C, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        codec.encode(&(), out)
    }

    fn decode<C: Codec>(_: &C, name: &str, _: u16, _: &[u8]) -> Result<Decoded<Self>, DecodeError> {
        Ok(match name {
            "door.opened" => Decoded::One(Self::Opened),
            "door.closed" => Decoded::One(Self::Closed),
            "door.opened-and-slammed" => Decoded::Many(vec![Self::Opened, Self::Closed]),
            "door.painted" => Decoded::Many(Vec::new()),
            _ => return Err(DecodeError::unknown_event::<Self>(name)),
        })
    }
}

impl IntoEvents<Door> for Door {
    fn into_events(self, out: &mut Vec<Door>) {
        out.push(self);
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
struct Hinge {
    open: bool,
    moves: u64,
}

impl Aggregate for Hinge {
    const NAME: &'static str = "door";
    type Id = u64;
    type Event = Door;

    fn shape() -> u64 {
        1
    }

    fn fold(&mut self, event: &Door) -> Result<(), Illegal> {
        let (state, opens) = (
            if self.open { "open" } else { "closed" },
            *event == Door::Opened,
        );
        if self.open == opens {
            return Err(Illegal {
                state,
                event: event.info().name,
            });
        }
        *self = Self {
            open: opens,
            moves: self.moves + 1,
        };
        Ok(())
    }
}

async fn stored(store: &impl Store, names: &[&'static str]) {
    let event = |(n, name): (u128, &&'static str)| {
        NewEvent::json(EventId::new(Uuid::from_u128(n)), name, "null")
    };
    let stream = StreamName::new("door", "7").unwrap();
    let events = (1..).zip(names).map(event).collect();
    store
        .append(Append::new(stream, Expected::Any, events).unwrap())
        .await
        .unwrap();
}

const HISTORY: [&str; 5] = [
    "door.opened-and-slammed",
    "door.painted",
    "door.opened",
    "door.painted",
    "door.closed",
];

async fn delivers_a_split_event_with_one_place_and_an_index(store: impl Store + Clone) {
    stored(&store, &HISTORY).await;
    let mut events = Subscription::aggregate::<Hinge>(store.clone());
    let batch = events.catch_up().await.unwrap().unwrap();
    let delivered: Vec<Recorded<Door>> = batch.iter().map(Result::unwrap).collect();
    let places: Vec<_> = delivered
        .iter()
        .map(|event| (event.revision.get(), event.index, event.name))
        .collect();
    let expected = [
        (0, 0, "door.opened"),
        (0, 1, "door.closed"),
        (2, 0, "door.opened"),
        (4, 0, "door.closed"),
    ];
    assert_eq!(places, expected);
    assert_eq!(delivered[0].position, delivered[1].position);
    assert_eq!(delivered[0].id, delivered[1].id);
    let head: Option<Position> = store.head().await.unwrap();
    assert_eq!(
        batch.checkpoint(),
        head,
        "a dropped event moves the checkpoint too"
    );
}

async fn folds_split_and_dropped_events(store: impl Store + Clone) {
    stored(&store, &HISTORY).await;
    let doors = Repository::<Hinge, _>::new(store);
    let loaded = doors.load(&7).await.unwrap();
    assert_eq!(
        *loaded.state,
        Hinge {
            open: false,
            moves: 4
        }
    );
    assert_eq!(
        loaded.revision,
        Some(Revision::new(4)),
        "revisions count what is stored"
    );
    let done = doors
        .update(&7, |_| Ok::<_, String>(vec![Door::Opened]))
        .await
        .unwrap();
    assert_eq!(done.revision, Some(Revision::new(5)));
}

/// Neither is another command's under the same id taken for it, nor does a large index overflow.
#[tokio::test]
async fn tells_commands_apart_also_where_their_events_are_dropped() {
    let store = factum::Memory::new();
    let id = factum::CommandId::named("paint it red");
    let doors = Repository::<Hinge, _>::new(store.clone());
    let opened = |_: &Hinge, _: &factum::Context| Ok::<_, String>(vec![Door::Opened]);
    let red = || factum::Context::new().command_id(id);
    let first = doors.update_with(&7, red(), opened).await.unwrap().events[0].id;
    let other = factum::Memory::new();
    let stream = StreamName::new("door", "7").unwrap();
    let painted = NewEvent {
        index: u32::MAX,
        ..NewEvent::json(first, "door.painted", "null")
    };
    other
        .append(Append::new(stream.clone(), Expected::Any, vec![painted]).unwrap())
        .await
        .unwrap();
    let doors = Repository::<Hinge, _>::new(other.clone());
    let refused = doors.update_with(&7, red(), opened).await;
    assert!(
        matches!(refused, Err(ExecuteError::Refused(_))),
        "{refused:?}"
    );
    let id = EventId::new(Uuid::from_u128(5));
    let slammed = NewEvent {
        index: u32::MAX,
        ..NewEvent::json(id, "door.opened-and-slammed", "null")
    };
    other
        .append(Append::new(stream, Expected::Any, vec![slammed]).unwrap())
        .await
        .unwrap();
    assert_eq!(doors.history(&7).await.unwrap().len(), 2);
}

async fn does_not_record_what_the_state_cannot_take(store: impl Store + Clone) {
    let doors = Repository::<Hinge, _>::new(store.clone());
    let outcome = doors
        .update(&7, |_| Ok::<_, String>(vec![Door::Opened, Door::Opened]))
        .await;
    let Err(ExecuteError::Illegal(illegal)) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(
        illegal,
        Illegal {
            state: "open",
            event: "door.opened"
        }
    );
    assert_eq!(store.head().await.unwrap(), None);
}

async fn decides_again_what_only_a_cached_state_cannot_take(store: impl Store + Clone) {
    let (mine, theirs) = (
        Repository::<Hinge, _>::new(store.clone()),
        Repository::<Hinge, _>::new(store),
    );
    let record = |event: Door| move |_: &Hinge| Ok::<_, String>(vec![event.clone()]);
    mine.update(&7, record(Door::Opened)).await.unwrap();
    theirs.update(&7, record(Door::Closed)).await.unwrap();
    let done = mine.update(&7, record(Door::Opened)).await.unwrap();
    assert_eq!(done.revision, Some(Revision::new(2)));
}

async fn reports_a_history_that_the_state_cannot_take(store: impl Store + Clone) {
    stored(&store, &["door.opened", "door.opened"]).await;
    let error = Repository::<Hinge, _>::new(store)
        .load(&7)
        .await
        .unwrap_err();
    let factum::ReadError::Undecodable(error) = error else {
        panic!("{error:?}")
    };
    assert_eq!(error.revision, Revision::new(1));
    assert!(matches!(
        error.reason,
        DecodeError::Illegal(Illegal { state: "open", .. })
    ));
}
