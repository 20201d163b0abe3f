use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 3, removed(#[event(since = 2)] note: String, in = 3))]
struct Opened {
    owner: String,
}

fn main() {
    let _ = Opened::INFO;
}
