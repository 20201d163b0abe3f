#[path = "../machine.rs"]
mod machine;

use factum::Aggregate;
use machine::*;
use serde::{Deserialize, Serialize};

#[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[aggregate(name = "order", id = String, events(OrderPaid))]
#[state(OrderPaid => Paid)]
enum Order {
    Open(#[state(OrderPaid => Paid)] Open),
    Paid(Paid),
}

fn main() {
    let _ = Order::given(OrderPaid).when(|order| order.within(Open::pay));
    let _: OrderEvent = OrderPaid.into();
}
