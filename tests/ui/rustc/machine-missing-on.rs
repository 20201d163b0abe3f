use factum::{Aggregate, Event, On, WrongState};
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

fn main() {
    let _ = Order::given(OrderPaid).when(|order| order.within(|_: &Open| pay()));
    let _: OrderEvent = OrderPaid.into();
    let _ = (Order::default().state_name(), Order::DIAGRAM);
    let _ = <Order as Aggregate>::NAME;
}

fn pay() -> Result<OrderPaid, WrongState> {
    Ok(OrderPaid)
}
