use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
struct MoneyDeposited {
    cents: u64,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(version = 1)]
struct CustomerEmailChanged;

fn main() {
    // The stub keeps the trait's promise.
    let _ = MoneyDeposited::INFO;
    let _ = CustomerEmailChanged::decode(&factum::Json::default(), 1, b"null");
}
