#[path = "../domain.rs"]
mod domain;

use domain::Account;
use factum::Command;
use serde::Serialize;

#[derive(Command, Serialize)]
#[command(aggregate = Account, id = acount)]
struct Withdraw {
    account: String,
    cents: u64,
}

fn main() {
    let _ = |command: &Withdraw| command.target().clone();
}
