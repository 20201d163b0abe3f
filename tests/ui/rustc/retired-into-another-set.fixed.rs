#[path = "../domain.rs"]
mod domain;

use domain::Opened;
use factum::{Aggregate, Apply, Event, IntoEvents, Retired};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.created")]
struct Created;

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "account", id = String, events(Opened), retired(Created))]
struct Account;

impl Apply<Opened> for Account { fn apply(&mut self, _: &Opened) {} }

impl Retired<AccountEvent> for Created {
    fn replace(self) -> impl IntoEvents<AccountEvent> {
        ()
    }
}

fn main() {
    let _ = Account::given(Opened);
    let _: AccountEvent = Opened.into();
}
