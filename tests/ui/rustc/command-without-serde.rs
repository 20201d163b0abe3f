#[path = "../domain.rs"]
mod domain;

use domain::Account;
use factum::Command;

#[derive(Command)]
#[command(aggregate = Account, id = account)]
struct Withdraw {
    account: String,
}

fn main() {
    println!();
}
