use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 3, upcast(1 = OpenedV1))]
struct Opened {
    owner: String,
    #[event(since = 3)]
    vip: bool,
}

#[derive(Deserialize)]
struct OpenedV1 {
    owner: String,
}

impl From<OpenedV1> for OpenedV2 {
    fn from(old: OpenedV1) -> Self { Self { owner: old.owner } }
}

#[allow(dead_code)]
fn read(old: OpenedV2) -> String { old.owner }

fn main() {
    let _ = Opened::INFO;
}
