use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event = "account.opened"]
struct Opened;

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event("account.closed")]
struct Closed;

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.frozen" version = 2)]
struct Frozen;

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name: "account.thawed", version 2)]
struct Thawed;

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.closed", version = 2, upcast[1 = u8])]
struct Brackets;

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.closed", version = 3, upcast(1..=2 = u8))]
struct Range;

fn main() {}
