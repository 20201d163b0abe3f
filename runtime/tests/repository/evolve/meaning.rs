//! An event that was taken for more than it says: what it was taken for is a new event beside it.

use factum::{Aggregate, Apply, Event, Store};
use serde::{Deserialize, Serialize};

use super::is_read;
use crate::each::on_every_store;

on_every_store! {
    reads_an_event_beside_the_one_that_took_its_meaning,
}

/// What was seen when it was stored: a carrier had it.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "letter.delivered")]
struct TakenAlong {
    by: String,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "letter.handed-over")]
struct HandedOver {
    by: String,
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "letter", id = String, events(TakenAlong, HandedOver), snapshot(logic = 1))]
struct Letter {
    carriers: Vec<String>,
    arrived: bool,
}

impl Apply<TakenAlong> for Letter {
    fn apply(&mut self, event: &TakenAlong) {
        self.carriers.push(event.by.clone());
    }
}

impl Apply<HandedOver> for Letter {
    fn apply(&mut self, event: &HandedOver) {
        self.carriers.push(event.by.clone());
        self.arrived = true;
    }
}

/// The release that took it for an arrival.
mod before {
    use factum::{Aggregate, Apply, Event};
    use serde::{Deserialize, Serialize};

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "letter.delivered")]
    pub(super) struct Delivered {
        by: String,
    }

    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "letter", id = String, events(Delivered), snapshot(logic = 1))]
    pub(super) struct Letter {
        carriers: Vec<String>,
        arrived: bool,
    }

    impl Apply<Delivered> for Letter {
        fn apply(&mut self, event: &Delivered) {
            self.carriers.push(event.by.clone());
            self.arrived = true;
        }
    }
}

/// In a snapshot of the release before, the letter has arrived.
async fn reads_an_event_beside_the_one_that_took_its_meaning(store: impl Store + Clone) {
    let rows = [
        ("letter.delivered", 1, r#"{"by":"Cy"}"#),
        ("letter.delivered", 1, r#"{"by":"Di"}"#),
        ("letter.handed-over", 1, r#"{"by":"Ed"}"#),
    ];
    let taken = |by: &str| TakenAlong { by: by.to_owned() }.into();
    let by = "Ed".to_owned();
    let read = [
        vec![taken("Cy")],
        vec![taken("Di")],
        vec![HandedOver { by }.into()],
    ];
    is_read::<before::Letter, Letter>(store, &rows, &read).await;
}
