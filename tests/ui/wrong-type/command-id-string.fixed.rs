#[path = "../domain.rs"]
mod domain;

use domain::Account;
use factum::{Command, CommandId};
use serde::Serialize;

#[derive(Command, Serialize)]
#[command(aggregate = Account, id = account, command_id = request)]
struct Withdraw {
    account: String,
    request: CommandId,
}

fn main() {
    let _ = |command: &Withdraw| command.target().clone();
}
