use factum::{Aggregate, Apply, Event};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "order.paid")]
struct OrderPaid;

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "order", id = String, events(OrderPaid))]
#[state(OrderPaid => Paid)]
struct Order {
    #[state(OrderPaid => Paid)]
    paid: bool,
}

impl Apply<OrderPaid> for Order {
    fn apply(&mut self, _: &OrderPaid) {
        self.paid = true;
    }
}

fn main() {
    let _ = Order::given(OrderPaid);
}
