use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2, since = 3)]
struct Opened;

fn main() {
    let _ = Opened::INFO;
}
