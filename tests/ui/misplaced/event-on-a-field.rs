use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened")]
struct Opened {
    #[event(name = "owner")]
    owner: String,
}

fn main() {
    let _ = Opened::INFO;
}
