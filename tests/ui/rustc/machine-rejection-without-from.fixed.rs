#[path = "../machine.rs"]
mod machine;

use factum::Aggregate;
use machine::{Open, OrderPaid, Paid};
use serde::{Deserialize, Serialize};

#[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[aggregate(name = "order", id = String, events(OrderPaid))]
enum Order {
    #[state(OrderPaid => Paid)]
    Open(Open),
    Paid(Paid),
}

struct Refused;

impl From<factum::WrongState> for Refused { fn from(error: factum::WrongState) -> Self { todo!() } }

fn main() {
    let _ = Order::default().within(|_: &Open| Ok::<_, Refused>(OrderPaid));
}
