#[path = "../domain.rs"]
mod domain;

use domain::Account;
use factum::Command;
use serde::Serialize;

#[derive(Command, Serialize)]
#[command(aggregate = Account, id = account)]
enum Withdraw {
    All,
}

fn main() {
    let _ = |command: &Withdraw| command.target().clone();
}
