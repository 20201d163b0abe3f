#[path = "../domain.rs"]
mod domain;

use domain::Opened;
use factum::{Aggregate, Apply, Memory, Repository};
use serde::{Deserialize, Serialize};

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "account", id = String, events(Opened), snapshot(logic = 1))]
struct Account;

impl Apply<Opened> for Account { fn apply(&mut self, _: &Opened) {} }

fn main() {
    let _ = Repository::<Account, _>::new(Memory::new()).snapshot_every(100);
    let _: AccountEvent = Opened.into();
}
