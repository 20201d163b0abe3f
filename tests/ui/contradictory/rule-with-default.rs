use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2)]
#[serde(default)]
struct Opened {
    owner: String,
    #[event(since = 2, default = true)]
    vip: bool,
}

impl Default for Opened {
    fn default() -> Self { Self { owner: "nobody".into(), vip: false } }
}

fn main() {
    let _ = Opened::INFO;
}
