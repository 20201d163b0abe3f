use factum::{Aggregate, Apply, Command, Event};
use serde::{Deserialize, Serialize};

#[derive(Command, Serialize)]
#[command(aggregate = Account, id = id)]
enum Change {
    Open,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened")]
struct Opened;

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "account", id = String, events(Opened))]
struct Account;

impl Apply<Opened> for Account {
    fn apply(&mut self, _: &Opened) {}
}

fn main() {
    let _ = Change::Open.target();
}
