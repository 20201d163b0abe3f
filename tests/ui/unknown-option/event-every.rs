use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(
    named = "account.opened",
    alais("AccountOpened"),
    versoin = 2,
    snice = 1,
    upcasts(1 = OpenedV1),
    simple = Opened,
    store(1 = "null"),
    create = ::factum,
)]
struct Opened;

#[derive(Deserialize)]
struct OpenedV1;

impl From<OpenedV1> for Opened { fn from(_: OpenedV1) -> Self { Self } }

fn main() {}
