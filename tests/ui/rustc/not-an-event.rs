#![allow(unused_imports)]

#[path = "../domain.rs"]
mod domain;

use domain::Opened;
use factum::{Aggregate, Apply, Event};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Closed;

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "account", id = String, events(Opened, Closed))]
struct Account;

impl Apply<Opened> for Account { fn apply(&mut self, _: &Opened) {} }
impl Apply<Closed> for Account { fn apply(&mut self, _: &Closed) {} }

fn main() {
    let _ = Account::given(Opened);
    let _: AccountEvent = Opened.into();
}
