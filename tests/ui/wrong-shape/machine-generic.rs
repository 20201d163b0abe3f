use factum::{Aggregate, Event, WrongState};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "order.paid")]
struct OrderPaid;

#[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[aggregate(name = "order", id = String, events(OrderPaid))]
enum Order<T> {
    #[state(OrderPaid => Paid)]
    Open(Open),
    Paid(Paid<T>),
}

#[derive(Default, Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Open;

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Paid<T>(T);

fn main() {
    let _ = Order::<u8>::given(OrderPaid).when(|order| order.within(|_: &Open| pay()));
    let _: OrderEvent = OrderPaid.into();
    let _ = (Order::<u8>::default().state_name(), Order::<u8>::DIAGRAM);
    let _ = <Order<u8> as Aggregate>::NAME;
}

fn pay() -> Result<OrderPaid, WrongState> {
    Ok(OrderPaid)
}
