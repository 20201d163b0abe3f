use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", retired(Created), ignored("account.created"))]
struct Opened {
    owner: String,
}

fn main() {}
