use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2, default = false, renamed_from = "holder", shape = "decimal")]
struct Opened {
    owner: String,
}

fn main() {
    let _ = Opened::INFO;
}
