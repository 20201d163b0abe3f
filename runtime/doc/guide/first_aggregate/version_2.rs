#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "workshop.announced", version = 2, upcast(1 = AnnouncedV1))]
struct Announced {
    places: usize,
    topic: String,
}

/// What version 1 stored.
#[derive(Deserialize)]
struct AnnouncedV1 {
    places: usize,
}

impl From<AnnouncedV1> for Announced {
    fn from(old: AnnouncedV1) -> Self {
        Self { places: old.places, topic: "unknown".into() }
    }
}
