use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event)]
#[derive(Serialize, Deserialize, Debug, PartialEq)]
#[event(name = "account.opened")]
struct Opened;

fn main() {}
