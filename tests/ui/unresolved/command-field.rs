use factum::{Aggregate, Apply, Command, Event};
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
#[command(aggregate = Account, id = acount, command_id = slip)]
struct Withdraw {
    account: String,
    cents: u64,
}

fn main() {
    let _ = Withdraw {
        account: String::new(),
        cents: 5,
    }
    .target();
}
