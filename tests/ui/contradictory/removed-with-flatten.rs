use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2, removed(#[serde(flatten)] more: Vec<u8>, in = 2))]
struct Opened {
    owner: String,
    note: String,
}

fn main() {
    let _ = Opened::INFO;
}
