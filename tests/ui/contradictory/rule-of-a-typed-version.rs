use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 3, upcast(1 = OpenedV1))]
struct Opened {
    owner: String,
    #[event(since = 2, default = false)]
    vip: bool,
    #[event(since = 3, default = 1)]
    limit: u8,
}

#[derive(Deserialize)]
struct OpenedV1;

fn main() {
    let _ = Opened::INFO;
}
