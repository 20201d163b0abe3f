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
    naem = "account",
    ids = String,
    evnts(Opened),
    evnt = Happened,
    retird(Created),
    ingored("account.closed"),
    snapshots(logic = 2),
    crates = ::factum,
    test,
    comands(Open),
)]
struct Account;

impl Apply<Opened> for Account { fn apply(&mut self, _: &Opened) {} }

fn main() {
    let _ = Account::given(Opened);
    let _: Happened = Opened.into();
}
