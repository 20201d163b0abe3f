use factum::{Aggregate, Apply, Command, Context, Event, Handle, IntoEvents, Memory, Repository};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened")]
struct Opened;

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "account", id = String, events(Opened))]
struct Account;

impl Apply<Opened> for Account {
    fn apply(&mut self, _: &Opened) {}
}

#[derive(Command, Serialize)]
#[command(aggregate = Account, id = account)]
struct Open {
    account: String,
}

impl Handle<Open> for Account {
    type Error = String;
    fn handle(&self, _: &Open, _: &Context) -> Result<impl IntoEvents<AccountEvent>, String> {
        Ok(Opened)
    }
}

#[derive(Command, Serialize)]
#[command(aggregate = Account, id = account)]
struct Close {
    account: String,
}

async fn close(accounts: Repository<Account, Memory>, account: String) {
    let _ = accounts.execute(Close { account }).await;
}

fn main() {}
