use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2, removed(#[serde(skip)] note: String, in = 2))]
struct Opened {
    owner: String,
}

fn main() {
    let _ = Opened::INFO;
}
