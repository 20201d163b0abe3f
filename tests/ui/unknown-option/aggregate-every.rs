#[path = "../domain.rs"]
mod domain;

use domain::Opened;
use factum::{Aggregate, Apply};
use serde::{Deserialize, Serialize};

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(
    naem = "account",
    ids = String,
    evnts(Opened),
    evnt = Happened,
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
