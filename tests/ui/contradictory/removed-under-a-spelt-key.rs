use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2, removed(#[serde(rename = "max-per-day")] limit: u8, in = 2))]
#[serde(rename_all(deserialize = "kebab-case", serialize = "kebab-case"))]
struct Opened {
    max_per_day: u8,
}

fn main() {
    let _ = Opened::INFO;
}
