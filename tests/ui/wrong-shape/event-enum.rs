use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.changed")]
enum Changed {
    Opened,
    Closed,
}

fn main() {
    let _ = Changed::INFO;
    let _ = (Changed::Opened, Changed::Closed);
}
