use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name)]
struct AccountOpened;

fn main() {
    let _ = AccountOpened::INFO;
}
