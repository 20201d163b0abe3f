use std::collections::BTreeSet;

use factum::{Aggregate, Apply, Event};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "workshop.announced")]
struct Announced {
    places: usize,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "workshop.joined")]
struct Joined {
    guest: String,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "workshop.left")]
struct Left {
    guest: String,
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "workshop", id = String, events(Announced, Joined, Left))]
struct Workshop {
    places: usize,
    guests: BTreeSet<String>,
}

impl Apply<Announced> for Workshop {
    fn apply(&mut self, event: &Announced) {
        self.places = event.places;
    }
}

impl Apply<Joined> for Workshop {
    fn apply(&mut self, event: &Joined) {
        self.guests.insert(event.guest.clone());
    }
}

impl Apply<Left> for Workshop {
    fn apply(&mut self, event: &Left) {
        self.guests.remove(&event.guest);
    }
}
