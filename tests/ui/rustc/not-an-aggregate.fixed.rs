#![allow(unused_imports)]

#[path = "../domain.rs"]
mod domain;

use domain::Happened;
use factum::{Aggregate, Apply, Command};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[derive(Aggregate)] #[aggregate(name = "thing", id = String, events(Happened))]
struct Account;

impl Apply<Happened> for Account { fn apply(&mut self, _: &Happened) {} }

#[derive(Command, Serialize)]
#[command(aggregate = Account, id = account)]
struct Withdraw {
    account: String,
}

fn main() {}
