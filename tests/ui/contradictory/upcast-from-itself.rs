use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "garage.entered", version = 3, upcast(1 = Entered, 2 = Self))]
struct Entered {
    minute: u32,
}

fn main() {}
