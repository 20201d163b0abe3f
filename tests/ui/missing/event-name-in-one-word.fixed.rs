use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "closed")]
struct Closed;

fn main() {
    let _ = Closed::INFO;
}
