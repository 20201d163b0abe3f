use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2, removed(reason: String, in = 2))]
struct Opened {
    owner: String,
    #[event(since = 2, renamed_from = "reason")]
    note: String,
}

fn main() {
    let _ = Opened::INFO;
}
