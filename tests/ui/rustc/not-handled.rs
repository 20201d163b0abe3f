#![allow(unused_imports)]

#[path = "../domain.rs"]
mod domain;

use domain::Account;
use factum::{Command, Context, Handle, IntoEvents, Memory, Repository};
use serde::Serialize;

#[derive(Command, Serialize)]
#[command(aggregate = Account, id = account)]
struct Close {
    account: String,
}

async fn run(accounts: Repository<Account, Memory>) {
    let _ = accounts.execute::<Close, _>(Close { account: "7".into() }).await;
}

fn main() {}
