#![allow(unused_imports)]

#[path = "../domain.rs"]
mod domain;

use domain::Opened;
use factum::{Aggregate, Apply, StreamId};
use serde::{Deserialize, Serialize};

#[derive(Clone)]
struct AccountId(u64);

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "account", id = AccountId, events(Opened))]
struct Account;

impl Apply<Opened> for Account { fn apply(&mut self, _: &Opened) {} }

fn main() {
    let _ = Account::given(Opened);
    let _: AccountEvent = Opened.into();
}
