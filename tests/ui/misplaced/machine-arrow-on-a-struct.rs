#[path = "../machine.rs"]
mod machine;

use factum::Aggregate;
use machine::*;
use serde::{Deserialize, Serialize};

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "order", id = String, events(OrderPaid))]
#[state(OrderPaid => Paid)]
struct Order {
    #[state(OrderPaid => Paid)]
    paid: bool,
}

impl factum::Apply<OrderPaid> for Order { fn apply(&mut self, _: &OrderPaid) {} }

fn main() {
    let _ = Order::given(OrderPaid);
    let _: OrderEvent = OrderPaid.into();
}
