#[path = "../machine.rs"]
mod machine;

use factum::{Aggregate, On};
use machine::{OrderPaid, Paid};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Draft;

impl On<OrderPaid> for Draft { type Next = Paid; fn on(self, _: &OrderPaid) -> Paid { Paid } }

#[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[aggregate(name = "order", id = String, events(OrderPaid))]
enum Order {
    #[state(OrderPaid => Paid)]
    Draft(Draft),
    Paid(Paid),
}

fn main() {}
