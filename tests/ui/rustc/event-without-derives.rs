#![allow(unused_imports)]

use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event)]
#[event(name = "account.opened")]
struct Opened;

fn main() {}
