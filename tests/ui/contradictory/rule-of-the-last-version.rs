use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 65535, upcast(1..=65534 = OpenedV1))]
struct Opened {
    owner: String,
    #[event(since = 65535, default = false)]
    vip: bool,
}

#[derive(Deserialize)]
struct OpenedV1;

fn main() {
    let _ = Opened::INFO;
}
