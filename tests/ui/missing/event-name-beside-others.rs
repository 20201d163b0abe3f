use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(version = 1)]
struct CustomerEmailChanged;

fn main() {
    let _ = CustomerEmailChanged::INFO;
}
