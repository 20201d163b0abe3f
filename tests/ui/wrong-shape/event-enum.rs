use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened")]
enum Opened {
    Early,
    Late,
}

fn main() {
    let _ = Opened::INFO;
}
