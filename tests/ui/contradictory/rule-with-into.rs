use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2)]
#[serde(into = "Old")]
struct Opened {
    owner: String,
    #[event(since = 2, default = false)]
    vip: bool,
}

#[derive(Serialize)]
struct Old {
    owner: String,
}

impl From<Opened> for Old {
    fn from(event: Opened) -> Self { Self { owner: event.owner } }
}

fn main() {
    let _ = Opened::INFO;
}
