use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2, removed(note: String, in = 2))]
#[serde(from = "Wire", into = "Wire")]
struct Opened {
    owner: String,
}

#[derive(Serialize, Deserialize)]
struct Wire(String);

impl From<Wire> for Opened {
    fn from(wire: Wire) -> Self { Self { owner: wire.0 } }
}

impl From<Opened> for Wire {
    fn from(event: Opened) -> Self { Self(event.owner) }
}

fn main() {
    let _ = Opened::INFO;
}
