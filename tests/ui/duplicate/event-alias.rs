use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", alias("AccountOpened"), alias("Opened"))]
struct Opened;

fn main() {
    let _ = Opened::INFO;
}
