#[path = "../machine.rs"]
mod machine;

use factum::Aggregate;
use machine::*;
use serde::{Deserialize, Serialize};

#[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[aggregate(name = "order", id = String, events(OrderPaid))]
enum Order {
    #[state(OrderPaid => Piad)]
    Open(Open),
    Paid(Paid),
}

fn main() {
    let _ = Order::given(OrderPaid).when(|order| order.within(Open::pay)).then(OrderPaid);
    match OrderEvent::from(OrderPaid) { OrderEvent::OrderPaid(event) => drop(event) }
    let _ = (Order::default().state_name(), Order::DIAGRAM, Order::shape());
}
