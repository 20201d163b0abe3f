use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2)]
#[serde(from = "Old")]
struct Opened {
    owner: String,
    #[event(since = 2, default = false)]
    vip: bool,
}

#[derive(Deserialize)]
struct Old;

impl From<Old> for Opened {
    fn from(_: Old) -> Self { Self { owner: String::new(), vip: false } }
}

fn main() {
    let _ = Opened::INFO;
}
