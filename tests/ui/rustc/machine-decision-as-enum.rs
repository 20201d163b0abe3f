#[path = "../machine.rs"]
mod machine;

use factum::{Aggregate, WrongState};
use machine::{Open, OrderPaid, Paid};
use serde::{Deserialize, Serialize};

#[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[aggregate(name = "order", id = String, events(OrderPaid))]
enum Order {
    #[state(OrderPaid => Paid)]
    Open(Open),
    Paid(Paid),
}

fn main() {
    let _ = Order::default().within(|_: &Open| Ok::<_, WrongState>(OrderEvent::from(OrderPaid)));
}
