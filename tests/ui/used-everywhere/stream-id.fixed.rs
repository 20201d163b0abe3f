#[path = "../domain.rs"]
mod domain;

use domain::Opened;
use factum::{Aggregate, Apply, StreamId};
use serde::{Deserialize, Serialize};

#[derive(StreamId, Clone)]
struct AccountId(String);

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "account", id = AccountId, events(Opened))]
struct Account;

impl Apply<Opened> for Account { fn apply(&mut self, _: &Opened) {} }

#[derive(Serialize, Deserialize)]
struct Row {
    account: AccountId,
}

fn main() {
    let _ = Account::given(Opened);
    let _ = |row: Row| (row.account.to_string(), row.account.stream("account"));
    let _ = "7".parse::<AccountId>();
}
