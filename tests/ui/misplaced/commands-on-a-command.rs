#[path = "../domain.rs"]
mod domain;

use domain::Account;
use factum::Command;
use serde::Serialize;

#[derive(Command, Serialize)]
#[command(aggregate = Account, id = account, commands(Deposit))]
struct Withdraw {
    account: String,
}

fn main() {
    let _ = Withdraw { account: "7".into() }.target();
}
