use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2, upcast(1 = V1, 2 = V2))]
struct Opened;

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.closed", upcast(1 = V1))]
struct Closed;

#[derive(Deserialize)]
struct V1;

#[derive(Deserialize)]
struct V2;

fn main() {}
