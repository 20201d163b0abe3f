use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2)]
struct Opened {
    owner: String,
    #[serde(skip)]
    #[event(since = 2, renamed_from = "remark")]
    note: String,
}

fn main() {
    let _ = Opened::INFO;
}
