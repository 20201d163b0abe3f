use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2, since = "2")]
struct Opened;

fn main() {
    let _ = Opened::INFO;
}
