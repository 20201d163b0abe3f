#![allow(unused_imports)]

#[path = "../domain.rs"]
mod domain;

use domain::Opened;
use factum::Aggregate;

#[derive(Aggregate, Clone, Copy)]
#[aggregate(name = "account", id = String, events(Opened))]
union Account {
    cents: u64,
}

fn main() {}
