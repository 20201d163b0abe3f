#![allow(unused_imports)]

#[path = "../domain.rs"]
mod domain;

use domain::Account;
use factum::Command;
use serde::Serialize;

#[derive(Command, Serialize)]
#[command(
    agregate = Account,
    ids = account,
    comand_id = request,
    ocurred_at = at,
    nmae = "withdraw",
    crat = ::factum,
)]
struct Withdraw {
    account: String,
    request: Option<factum::CommandId>,
    at: Option<factum::Timestamp>,
}

fn main() {}
