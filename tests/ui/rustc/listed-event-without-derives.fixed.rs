#[path = "../domain.rs"]
mod domain;

use factum::{Aggregate, Apply, Event};
use serde::{Deserialize, Serialize};

#[derive(Event)]
#[event(name = "account.closed")]
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Closed;

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "account", id = String, events(Closed))]
struct Account;

impl Apply<Closed> for Account { fn apply(&mut self, _: &Closed) {} }

fn main() {
    let _ = Account::given(Closed);
}
