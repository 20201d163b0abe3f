use factum::Command;
use serde::Serialize;

#[derive(Command, Serialize)]
struct Withdraw {
    account: String,
    cents: u64,
}

#[derive(Command, Serialize)]
#[command(aggregate = Account)]
struct Empty;

fn main() {}
