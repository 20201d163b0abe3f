use factum::{Aggregate, Apply, Command, Context, Event, Handle, IntoEvents};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened")]
struct Opened;

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "account", id = String, events(Opened), tests, commands(Open))]
struct Account;

impl Apply<Opened> for Account {
    fn apply(&mut self, _: &Opened) {}
}

#[derive(Command, Serialize, Deserialize, Clone, Debug)]
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

fn main() {
    let _ = Account::given(Opened);
}
