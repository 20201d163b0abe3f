use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2)]
struct Opened {
    owner: String,
    #[event(
        since = 2,
        default = false,
    )]
    vip: bool,
    #[event(since = 2, renamed_from = "x")]
    limit: u8,
    #[event(shape = "decimal")]
    rate: String,
}

fn main() {
    let _ = Opened::INFO;
}
