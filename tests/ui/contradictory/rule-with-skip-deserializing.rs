use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2)]
struct Opened {
    owner: String,
    #[serde(default, skip_deserializing)]
    #[event(since = 2, default = "none".to_owned())]
    note: String,
}

fn main() {
    let _ = Opened::INFO;
}
