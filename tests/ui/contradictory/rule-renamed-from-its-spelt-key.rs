use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2)]
#[serde(rename_all = "camelCase")]
struct Opened {
    #[event(since = 2, renamed_from = "maxPerDay")]
    max_per_day: u8,
}

fn main() {
    let _ = Opened::INFO;
}
