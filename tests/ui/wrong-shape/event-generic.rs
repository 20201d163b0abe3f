use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened")]
struct Opened<T> {
    owner: T,
}

fn main() {
    let _ = Opened::<String>::INFO;
}
