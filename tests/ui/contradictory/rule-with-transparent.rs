use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2)]
#[serde(transparent)]
struct Opened {
    #[event(since = 2, renamed_from = "holder")]
    owner: String,
}

fn main() {
    let _ = Opened::INFO;
}
