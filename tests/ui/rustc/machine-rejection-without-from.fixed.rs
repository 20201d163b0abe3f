use factum::{Aggregate, Event, On};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "order.paid")]
struct OrderPaid;

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "order.shipped")]
struct OrderShipped;

#[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[aggregate(name = "order", id = String, events(OrderPaid, OrderShipped))]
enum Order {
    #[state(OrderPaid => Paid)]
    Open(Open),
    #[state(OrderShipped => Shipped)]
    Paid(Paid),
    Shipped(Shipped),
}

#[derive(Default, Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Open;

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Paid;

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Shipped;

impl On<OrderPaid> for Open {
    type Next = Paid;
    fn on(self, _: &OrderPaid) -> Paid {
        Paid
    }
}

impl On<OrderShipped> for Paid {
    type Next = Shipped;
    fn on(self, _: &OrderShipped) -> Shipped {
        Shipped
    }
}

struct Refused;

impl From<factum::WrongState> for Refused { fn from(error: factum::WrongState) -> Self { todo!() } }

fn main() {
    let _ = Order::default().within(|_: &Open| Ok::<_, Refused>(OrderPaid));
}
