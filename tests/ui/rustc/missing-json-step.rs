use factum::Event;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2, upcast(1 = Value))]
struct Opened;

fn main() {
    let _ = Opened::INFO;
}
