use factum::Command;
use serde::Serialize;

#[derive(Command, Serialize)]
#[command(aggregate, id = account)]
struct Withdraw {
    account: String,
}

fn main() {
    let _ = |command: &Withdraw| command.target().clone();
}
