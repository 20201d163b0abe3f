//! An order for machines: its events, its states, and what leads from one to the next.

#![allow(dead_code)]

use factum::{On, WrongState};
use serde::{Deserialize, Serialize};

macro_rules! order {
    ($($event:ident $name:literal)+, $($state:ident)+) => {
        $(
            #[derive(factum::Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
            #[event(name = $name)]
            pub struct $event;
        )+
        $(
            #[derive(Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
            pub struct $state;
        )+
    };
}

order!(LineAdded "line.added" OrderPaid "order.paid" OrderShipped "order.shipped", Open Paid Shipped);

macro_rules! on {
    ($($event:ident: $from:ident => $to:ident)+) => {
        $(impl On<$event> for $from {
            type Next = $to;
            fn on(self, _: &$event) -> $to { $to }
        })+
    };
}

on!(LineAdded: Open => Open LineAdded: Paid => Paid OrderPaid: Open => Paid OrderShipped: Paid => Shipped);

impl Open {
    pub fn pay(&self) -> Result<OrderPaid, WrongState> {
        Ok(OrderPaid)
    }

    pub fn add(&self) -> Result<LineAdded, WrongState> {
        Ok(LineAdded)
    }
}
