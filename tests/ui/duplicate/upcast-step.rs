use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 3, upcast(1 = V1, 2 = V2, 1 = V3))]
struct Opened;

#[derive(Deserialize)]
struct V1;

#[derive(Deserialize)]
struct V2;

#[derive(Deserialize)]
struct V3;

fn main() {}
