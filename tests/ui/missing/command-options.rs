use factum::Command;
use serde::Serialize;

#[derive(Command, Serialize)]
struct Withdraw {
    account: String,
    cents: u64,
}

fn main() {}
