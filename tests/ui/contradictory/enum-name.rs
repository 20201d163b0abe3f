use factum::{Aggregate, Apply, Event};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.event")]
struct AccountEvent;

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "account", id = String, events(AccountEvent))]
struct Account;

impl Apply<AccountEvent> for Account {
    fn apply(&mut self, _: &AccountEvent) {}
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "ledger", id = String, events(AccountEvent), event = Ledger)]
struct Ledger;

impl Apply<AccountEvent> for Ledger {
    fn apply(&mut self, _: &AccountEvent) {}
}

fn main() {
    let _ = (Account::given(AccountEvent), Ledger::given(AccountEvent));
}
