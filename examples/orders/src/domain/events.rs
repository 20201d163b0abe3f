//! What can happen to an order.

use factum::Event;
use serde::{Deserialize, Serialize};

/// Somebody wants something.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "order.created")]
pub struct OrderCreated {
    /// Who.
    pub customer: String,
}

/// Something is to be bought.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "order.item-added")]
pub struct ItemAdded {
    /// What, by its number in stock.
    pub sku: String,
    /// How many.
    pub pieces: u32,
    /// The price of one.
    pub cents: u64,
}

impl ItemAdded {
    /// The price of all pieces.
    pub fn price(&self) -> u64 {
        self.cents.saturating_mul(u64::from(self.pieces))
    }
}

/// The items are final.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "order.confirmed")]
pub struct OrderConfirmed;

/// The money came in.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "order.paid")]
pub struct OrderPaid {
    /// How much.
    pub cents: u64,
}

/// The parcel went out.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "order.shipped")]
pub struct OrderShipped {
    /// The carrier's number for it.
    pub parcel: String,
}

/// Nobody wants it any more.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "order.cancelled")]
pub struct OrderCancelled;
