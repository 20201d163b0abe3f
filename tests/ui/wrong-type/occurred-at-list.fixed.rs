#[path = "../domain.rs"]
mod domain;

use domain::Account;
use factum::{Command, Timestamp};
use serde::Serialize;

#[derive(Command, Serialize)]
#[command(aggregate = Account, id = account, occurred_at = at)]
struct Withdraw {
    account: String,
    at: Timestamp,
}

fn main() {
    let _ = |command: &Withdraw| command.target().clone();
}
