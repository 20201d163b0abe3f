use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2)]
struct Opened {
    owner: String,
    #[event(since = 2, renamed_from = "reason")]
    note: String,
    #[event(since = 2, renamed_from = "reason")]
    comment: String,
}

fn main() {
    let _ = Opened::INFO;
}
