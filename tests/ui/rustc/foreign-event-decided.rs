#[path = "../domain.rs"]
mod domain;

use domain::{Account, Happened};
use factum::{Memory, Repository};

async fn run(accounts: Repository<Account, Memory>, id: String) {
    let _ = accounts.update(&id, |_| Ok::<_, String>(Happened)).await;
}

fn main() {}
