use factum::{Aggregate, Event};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened")]
struct Opened;

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name("account"), id = "String", events = Opened, snapshot = 2)]
struct Account;

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "ledger", id = String, events(&Opened, "Closed", 7), snapshot(logic = -1))]
struct Ledger;

fn main() {}
