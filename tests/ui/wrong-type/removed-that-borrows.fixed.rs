use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 3, removed(note: String, since = 2, in = 3))]
struct Opened {
    owner: String,
}

fn main() {
    let _ = Opened::INFO;
}
