use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "money.deposited")]
struct MoneyDeposited;

fn main() {
    let _ = MoneyDeposited::INFO;
}
