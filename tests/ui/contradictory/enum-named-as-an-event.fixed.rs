#[path = "../domain.rs"]
mod domain;

use domain::Opened as AccountEvent;
use factum::{Aggregate, Apply};
use serde::{Deserialize, Serialize};

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "account", id = String, events(AccountEvent), event = AccountEvents)]
struct Account;

impl Apply<AccountEvent> for Account { fn apply(&mut self, _: &AccountEvent) {} }

fn main() {
    let _ = Account::given(AccountEvent);
}
