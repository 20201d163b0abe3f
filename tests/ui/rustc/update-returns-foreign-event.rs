use factum::{Aggregate, Apply, Event, Memory, Repository};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened")]
struct Opened;

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "order.paid")]
struct Paid;

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "account", id = String, events(Opened))]
struct Account;

impl Apply<Opened> for Account {
    fn apply(&mut self, _: &Opened) {}
}

impl Account {
    fn pay(&self) -> Result<Paid, String> {
        Ok(Paid)
    }
}

async fn pay(accounts: Repository<Account, Memory>, id: String) {
    let _ = accounts.update(&id, |account| account.pay()).await;
}

fn main() {}
