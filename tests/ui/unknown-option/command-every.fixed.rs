#![allow(unused_imports)]

#[path = "../domain.rs"]
mod domain;

use domain::Account;
use factum::Command;
use serde::Serialize;

#[derive(Command, Serialize)]
#[command(
    aggregate = Account,
    id = account,
    command_id = request,
    occurred_at = at,
    name = "withdraw",
    crate = ::factum,
)]
struct Withdraw {
    account: String,
    request: Option<factum::CommandId>,
    at: Option<factum::Timestamp>,
}

fn main() {}
