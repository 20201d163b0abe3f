#[path = "../domain.rs"]
mod domain;

use domain::Opened;
use factum::{Aggregate, Apply};
use serde::{Deserialize, Serialize};

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "account", id = String, events(Opened), snapshot(logic = 20261122))]
struct Account;

impl Apply<Opened> for Account { fn apply(&mut self, _: &Opened) {} }

fn main() {
    let _ = Account::given(Opened);
    let _: AccountEvent = Opened.into();
}
