#[path = "../domain.rs"]
mod domain;

use domain::Account;
use factum::{Command, Timestamp};
use serde::Serialize;

#[derive(Command, Serialize)]
#[command(aggregate = Account, id = account, occurred_at = times)]
struct Withdraw {
    account: String,
    times: Timestamp,
}

fn main() {
    let _ = |command: &Withdraw| command.target().clone();
}
