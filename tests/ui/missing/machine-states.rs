use factum::{Aggregate, Event, WrongState};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "order.paid")]
struct OrderPaid;

#[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[aggregate(name = "order", id = String, events(OrderPaid))]
enum Order {
}

#[derive(Default, Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Open;

fn main() {
    let _ = Order::given(OrderPaid).when(|order| order.within(|_: &Open| pay()));
    let _: OrderEvent = OrderPaid.into();
    let _ = (Order::state_name, Order::DIAGRAM);
    let _ = <Order as Aggregate>::NAME;
}

fn pay() -> Result<OrderPaid, WrongState> {
    Ok(OrderPaid)
}
