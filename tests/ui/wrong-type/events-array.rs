#[path = "../domain.rs"]
mod domain;

use domain::{Deposited, Opened};
use factum::{Aggregate, Apply};
use serde::{Deserialize, Serialize};

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "account", id = String, events = [Opened, Deposited])]
struct Account;

impl Apply<Opened> for Account { fn apply(&mut self, _: &Opened) {} }
impl Apply<Deposited> for Account { fn apply(&mut self, _: &Deposited) {} }

fn main() {
    let _ = Account::given(Opened);
    let _: AccountEvent = Opened.into();
}
