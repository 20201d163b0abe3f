use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", since = 1, since = 1)]
struct Opened;

fn main() {
    let _ = Opened::INFO;
}
