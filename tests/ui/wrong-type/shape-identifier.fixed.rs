use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened")]
struct Opened {
    owner: String,
    #[event(shape = "decimal")]
    rate: String,
}

fn main() {
    let _ = Opened::INFO;
}
