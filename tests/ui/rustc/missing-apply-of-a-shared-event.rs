#[path = "../domain.rs"]
mod domain;

use domain::{Deposited, Opened};
use factum::{Aggregate, Apply};
use serde::{Deserialize, Serialize};

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "bonus", id = String, events(Deposited))]
struct Bonus;

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "statement", id = String, events(Opened, Deposited))]
struct Statement;

impl Apply<Deposited> for Bonus { fn apply(&mut self, _: &Deposited) {} }
impl Apply<Opened> for Statement { fn apply(&mut self, _: &Opened) {} }

fn main() {
    let _ = Bonus::given(Deposited);
    let _: StatementEvent = Deposited.into();
}
