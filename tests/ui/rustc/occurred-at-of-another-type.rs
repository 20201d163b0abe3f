#[path = "../domain.rs"]
mod domain;

use domain::Account;
use factum::*;
use serde::Serialize;

#[derive(Command, Serialize)]
#[command(aggregate = Account, id = account, occurred_at = at)]
struct Withdraw {
    account: String,
    at: u64,
}

fn main() {
    let _ = |command: &Withdraw| command.target().clone();
}
