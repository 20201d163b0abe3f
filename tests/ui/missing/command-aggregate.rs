use factum::Command;
use serde::Serialize;

#[derive(Command, Serialize)]
#[command(id = account)]
struct Withdraw {
    account: String,
}

fn main() {
    let _ = |command: &Withdraw| command.target().clone();
}
