use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(
    name = "account.opened",
    alias("AccountOpened"),
    version = 2,
    since = 1,
    upcast(1 = OpenedV1),
    sample = Opened,
    stored(1 = "null"),
    crate = ::factum,
)]
struct Opened;

#[derive(Deserialize)]
struct OpenedV1;

impl From<OpenedV1> for Opened { fn from(_: OpenedV1) -> Self { Self } }

fn main() {}
