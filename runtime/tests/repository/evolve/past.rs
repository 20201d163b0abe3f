//! Events that no longer happen: split, dropped; and one that two aggregates share.

use factum::{Aggregate, Apply, Event, IntoEvents, Repository, Retired, Store, Subscription};
use serde::{Deserialize, Serialize};

use super::is_read;
use crate::domain::ada;
use crate::each::on_every_store;

on_every_store! {
    reads_an_event_that_was_split,
    reads_past_an_event_that_was_dropped,
    reads_an_event_that_two_aggregates_share,
}

/// Once it was one event; now it is several.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "guest.arrived-and-paid", version = 2, alias("GuestCame"))]
#[event(upcast(1 = serde_json::Value))]
struct ArrivedAndPaid {
    room: u16,
    cents: Vec<u64>,
}

impl TryFrom<serde_json::Value> for ArrivedAndPaid {
    type Error = String;

    fn try_from(json: serde_json::Value) -> Result<Self, String> {
        let room = json["room"].as_u64().and_then(|room| room.try_into().ok());
        Ok(Self {
            room: room.ok_or("no room")?,
            cents: vec![],
        })
    }
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "guest.arrived")]
pub(super) struct Arrived {
    pub(super) room: u16,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "guest.paid", version = 2)]
pub(super) struct Paid {
    #[event(since = 2, renamed_from = "amount")]
    cents: u64,
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "guest", id = String, events(Arrived, Paid), snapshot(logic = 1))]
#[aggregate(retired(ArrivedAndPaid), ignored("guest.greeted", "guest.waved"))]
pub(super) struct Guest {
    room: Option<u16>,
    paid: Vec<u64>,
}

impl Apply<Arrived> for Guest {
    fn apply(&mut self, event: &Arrived) {
        self.room = Some(event.room);
    }
}

impl Apply<Paid> for Guest {
    fn apply(&mut self, event: &Paid) {
        self.paid.push(event.cents);
    }
}

/// The first release of all this.
mod before {
    use factum::{Aggregate, Apply, Event};
    use serde::{Deserialize, Serialize};

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "GuestCame")]
    pub(super) struct Came {
        room: u16,
    }

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "guest.greeted")]
    pub(super) struct Greeted {
        how: String,
    }

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "guest.paid")]
    pub(super) struct Paid {
        amount: u64,
    }

    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "guest", id = String, events(Came, Greeted), snapshot(logic = 1))]
    pub(super) struct Guest {
        room: Option<u16>,
        paid: Vec<u64>,
    }

    impl Apply<Came> for Guest {
        fn apply(&mut self, _: &Came) {}
    }

    impl Apply<Greeted> for Guest {
        fn apply(&mut self, _: &Greeted) {}
    }

    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "till", id = String, events(Paid), snapshot(logic = 1))]
    pub(super) struct Till {
        cents: u64,
    }

    impl Apply<Paid> for Till {
        fn apply(&mut self, _: &Paid) {}
    }
}

impl Retired<GuestEvent> for ArrivedAndPaid {
    fn replace(self) -> impl IntoEvents<GuestEvent> {
        let paid = self.cents.into_iter().map(|cents| Paid { cents });
        (Arrived { room: self.room }, paid.collect::<Vec<_>>())
    }
}

async fn reads_an_event_that_was_split(store: impl Store + Clone) {
    let rows = [
        ("GuestCame", 1, r#"{"room":3}"#),
        ("guest.arrived", 1, r#"{"room":1}"#),
        (
            "guest.arrived-and-paid",
            2,
            r#"{"room":2,"cents":[300,400]}"#,
        ),
        ("guest.paid", 2, r#"{"cents":500}"#),
    ];
    let arrived = |room| GuestEvent::from(Arrived { room });
    let paid = |cents| GuestEvent::from(Paid { cents });
    let read = [
        vec![arrived(3)],
        vec![arrived(1)],
        vec![arrived(2), paid(300), paid(400)],
        vec![paid(500)],
    ];
    is_read::<before::Guest, Guest>(store, &rows, &read).await;
}

async fn reads_past_an_event_that_was_dropped(store: impl Store + Clone) {
    let rows = [
        ("guest.greeted", 1, r#"{"how":"warmly"}"#),
        ("guest.paid", 1, r#"{"amount":500}"#),
        ("guest.waved", 7, "not even JSON"),
    ];
    let paid = GuestEvent::from(Paid { cents: 500 });
    is_read::<before::Guest, Guest>(store, &rows, &[vec![], vec![paid], vec![]]).await;
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "till", id = String, events(Paid), snapshot(logic = 1), ignored("guest.arrived"))]
struct Till {
    cents: u64,
}

impl Apply<Paid> for Till {
    fn apply(&mut self, event: &Paid) {
        self.cents += event.cents;
    }
}

async fn reads_an_event_that_two_aggregates_share(store: impl Store + Clone) {
    let rows = [
        ("guest.paid", 1, r#"{"amount":500}"#),
        ("guest.paid", 2, r#"{"cents":600}"#),
    ];
    let paid = [500, 600].map(|cents| vec![Paid { cents }.into()]);
    is_read::<before::Till, Till>(store.clone(), &rows, &paid).await;

    let guests = Repository::<Guest, _>::new(store.clone());
    let decide = |_: &Guest| Ok::<_, String>((Arrived { room: 1 }, Paid { cents: 7 }));
    guests.update(&ada(), decide).await.unwrap();
    let mut paid = Subscription::<TillEvent, _>::new(store);
    let batch = paid.catch_up().await.unwrap().unwrap();
    let cents = batch.iter().map(|recorded| {
        let recorded = recorded.unwrap();
        let TillEvent::Paid(paid) = recorded.event;
        (recorded.stream.category().to_owned(), paid.cents)
    });
    let mut cents: Vec<_> = cents.collect();
    assert_eq!(cents.pop(), Some(("guest".to_owned(), 7)));
    let of_till = |(category, _): &(String, _)| category == "till";
    assert!(cents.len() >= 2 && cents.iter().all(of_till));
}
