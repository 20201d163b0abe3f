use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(nmae = "account.opened", verison = 2)]
struct Opened;

fn main() {}
