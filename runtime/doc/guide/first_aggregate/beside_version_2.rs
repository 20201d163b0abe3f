// What the program has beside the event that changes, as far as the test of its old version needs it.

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "workshop", id = String, events(Announced, Joined))]
struct Workshop {
    places: usize,
}

impl Apply<Announced> for Workshop {
    fn apply(&mut self, event: &Announced) {
        self.places = event.places;
    }
}

#[derive(Debug, PartialEq)]
enum WorkshopError {
    Full { places: usize },
}

impl Workshop {
    fn join(&self, _: &str) -> Result<(), WorkshopError> {
        if self.places == 1 { Err(WorkshopError::Full { places: 1 }) } else { Ok(()) }
    }
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "workshop.joined")]
struct Joined {
    guest: String,
}

impl Apply<Joined> for Workshop {
    fn apply(&mut self, _: &Joined) {}
}
