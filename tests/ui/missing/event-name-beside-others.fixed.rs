use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "customer.email-changed")]
#[event(version = 1)]
struct CustomerEmailChanged;

fn main() {
    let _ = CustomerEmailChanged::INFO;
}
