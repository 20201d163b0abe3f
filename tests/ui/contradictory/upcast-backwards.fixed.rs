use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 3, upcast(1..=2 = OpenedV1))]
struct Opened;

#[derive(Deserialize)]
struct OpenedV1;

impl From<OpenedV1> for Opened { fn from(_: OpenedV1) -> Self { Self } }

fn main() {
    let _ = Opened::INFO;
}
