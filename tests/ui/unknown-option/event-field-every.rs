use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2)]
struct Opened {
    owner: String,
    #[event(
        sinse = 2,
        defualt = false,
    )]
    vip: bool,
    #[event(since = 2, renamed_form = "x")]
    limit: u8,
    #[event(shpae = "decimal")]
    rate: String,
}

fn main() {
    let _ = Opened::INFO;
}
