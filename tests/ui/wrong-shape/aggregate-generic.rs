#[path = "../domain.rs"]
mod domain;

use domain::Opened;
use factum::{Aggregate, Apply};
use serde::{Deserialize, Serialize};

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "account", id = String, events(Opened))]
struct Account<T> {
    owner: T,
}

impl<T> Apply<Opened> for Account<T> { fn apply(&mut self, _: &Opened) {} }

fn main() {
    let _ = Account::<String>::given(Opened);
}
