use factum::Command;
use serde::Serialize;

#[derive(Command, Serialize)]
struct Withdraw {
    #[command(id)]
    account: String,
}

fn main() {}
