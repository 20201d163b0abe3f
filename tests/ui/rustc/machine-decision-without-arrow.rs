#[path = "../machine.rs"]
mod machine;

use factum::Aggregate;
use machine::{LineAdded, Open, OrderPaid, Paid};
use serde::{Deserialize, Serialize};

#[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[aggregate(name = "order", id = String, events(OrderPaid, LineAdded))]
enum Order {
    #[state(OrderPaid => Paid)]
    Open(Open),
    #[state(LineAdded => Paid)]
    Paid(Paid),
}

fn main() {
    let _ = Order::default().within(Open::add);
}
