#![allow(unused_imports)]

#[path = "../domain.rs"]
mod domain;

use domain::Account;
use factum::Command;
use serde::Serialize;

#[derive(Command, Serialize)]
#[command(aggregate = "Account", id = account)]
struct Withdraw {
    account: String,
}

fn main() {
    let _ = |command: &Withdraw| command.target().clone();
}
