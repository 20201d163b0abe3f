use factum::Command;
use serde::Serialize;

struct Account;

#[derive(Command, Serialize)]
#[command(aggregate = Account, id = account)]
struct Withdraw {
    account: String,
}

fn main() {}
