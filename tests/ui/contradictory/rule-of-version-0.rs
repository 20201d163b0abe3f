use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2)]
struct Opened {
    owner: String,
    #[event(since = 0, default = false)]
    vip: bool,
    #[event(since = 2, default = 1)]
    limit: u8,
}

fn main() {
    let _ = Opened::INFO;
}
