#[path = "../domain.rs"]
mod domain;

use domain::{Account, AccountEvent, Opened};
use factum::{Command, Context, Handle, IntoEvents};
use serde::Serialize;

#[derive(Command, Serialize)]
#[command(aggregate = Account, id = account)]
struct Open {
    account: String,
}

impl Handle<Open> for Account {
    type Error = String;
    async fn handle(&self, _: &Open, _: &Context) -> Result<impl IntoEvents<AccountEvent>, String> {
        Ok(Opened)
    }
}

fn main() {}
