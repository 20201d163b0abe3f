use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 3, upcast(1..=2 = OpenedV1, 2 = OpenedV2))]
struct Opened;

#[derive(Deserialize)]
struct OpenedV1;

#[derive(Deserialize)]
struct OpenedV2;

impl From<OpenedV1> for OpenedV2 { fn from(_: OpenedV1) -> Self { Self } }
impl From<OpenedV2> for Opened { fn from(_: OpenedV2) -> Self { Self } }

fn main() {
    let _ = Opened::INFO;
}
