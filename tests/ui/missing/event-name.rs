use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
struct MoneyDeposited;

fn main() {
    let _ = MoneyDeposited::INFO;
}
