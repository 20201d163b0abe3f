#[path = "../domain.rs"]
mod domain;

use domain::Opened;
use factum::{Aggregate, Apply, Event, IntoEvents, Retired};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.created")]
struct Created;

impl Retired<Happened> for Created {
    fn replace(self) -> impl IntoEvents<Happened> {
        Opened
    }
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(
    name = "account",
    id = String,
    events(Opened),
    event = Happened,
    retired(Created),
    ignored("account.closed"),
    snapshot(logic = 2),
    crate = ::factum,
    tests,
    commands(Open),
)]
struct Account;

impl Apply<Opened> for Account { fn apply(&mut self, _: &Opened) {} }

fn main() {
    let _ = Account::given(Opened);
    let _: Happened = Opened.into();
}
