#![allow(unused_imports)]

#[path = "../machine.rs"]
mod machine;

use factum::{Aggregate, On};
use machine::{Open, OrderPaid, OrderShipped, Paid, Shipped};
use serde::{Deserialize, Serialize};

#[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[aggregate(name = "order", id = String, events(OrderPaid, OrderShipped))]
enum Order {
    #[state(OrderPaid => Paid, OrderShipped => Shipped)]
    Open(Open),
    Paid(Paid),
    Shipped(Shipped),
}

impl On<OrderShipped> for Open { type Next = Shipped; fn on(self, event: &OrderShipped) -> Shipped { todo!() } }

fn main() {
    let _ = Order::given(OrderPaid).when(|order| order.within(Open::pay));
    let _: OrderEvent = OrderPaid.into();
}
