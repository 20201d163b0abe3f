use factum::{Aggregate, Apply, Event};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened")]
struct Opened;

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "bank-account", id = String, events(Opened))]
struct Account;

impl Apply<Opened> for Account {
    fn apply(&mut self, _: &Opened) {}
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "bank-account 2", id = String, events(Opened))]
struct Spaced;

impl Apply<Opened> for Spaced {
    fn apply(&mut self, _: &Opened) {}
}

fn main() {
    let _ = Account::given(Opened);
    let _: AccountEvent = Opened.into();
    let _ = Apply::apply(&mut Account::default(), &Opened);
    let _ = <Account as Aggregate>::NAME;
}
