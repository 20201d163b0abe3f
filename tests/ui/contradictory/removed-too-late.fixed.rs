use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 3, removed(note: String, in = 3), removed(memo: String, in = 2))]
struct Opened {
    owner: String,
}

fn main() {
    let _ = Opened::INFO;
}
