use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2)]
struct Opened {
    owner: String,
    #[event(since = 2, since = 3, default = false, default = true)]
    vip: bool,
    #[event(since = 2, renamed_from = "x", renamed_from = "y")]
    limit: u8,
    #[event(shape = "decimal", shape = "rate")]
    rate: String,
}

fn main() {
    let _ = Opened::INFO;
}
