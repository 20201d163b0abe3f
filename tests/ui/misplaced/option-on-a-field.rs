use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2)]
struct Opened {
    owner: String,
    #[event(name = "vip", since = 2, default = false)]
    vip: bool,
}

fn main() {
    let _ = Opened::INFO;
}
