#![allow(unused_imports)]

use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event)]
#[event(name = "account.opened")]
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Opened;

fn main() {}
