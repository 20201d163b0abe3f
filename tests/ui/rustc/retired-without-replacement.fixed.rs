#[path = "../domain.rs"]
mod domain;

use domain::Opened;
use factum::{Aggregate, Apply, Event};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.created")]
struct Created;

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "account", id = String, events(Opened), retired(Created))]
struct Account;

impl Apply<Opened> for Account { fn apply(&mut self, _: &Opened) {} }
impl factum::Retired<AccountEvent> for Created { fn replace(self) -> impl factum::IntoEvents<AccountEvent> { todo!() as Vec<AccountEvent> } }

fn main() {
    let _ = Account::given(Opened);
    let _: AccountEvent = Opened.into();
}
