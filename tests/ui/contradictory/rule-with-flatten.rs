use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2)]
struct Opened {
    #[serde(flatten)]
    owner: std::collections::BTreeMap<String, String>,
    #[event(since = 2, default = false)]
    vip: bool,
}

fn main() {
    let _ = Opened::INFO;
}
