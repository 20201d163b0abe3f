//! One order: its events, its states with the arrows between them, and what each state decides.
//!
//! Amounts are cents.

mod commands;
mod events;

pub use self::commands::{AddItem, Cancel, Confirm, Create, Pay, Ship};
pub use self::events::{
    ItemAdded, OrderCancelled, OrderConfirmed, OrderCreated, OrderPaid, OrderShipped,
};

use factum::{Aggregate, On, StreamId, WrongState};
use serde::{Deserialize, Serialize};

/// An order's number, which names its stream: `order-1001`.
#[derive(StreamId, Clone, Debug, PartialEq)]
pub struct OrderId(pub u64);

/// An order. Its variants are its states, the first is where it starts, and the arrows say what each can take.
#[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[aggregate(
    name = "order",
    id = OrderId,
    events(OrderCreated, ItemAdded, OrderConfirmed, OrderPaid, OrderShipped, OrderCancelled),
    commands(Create, AddItem, Confirm, Pay, Ship, Cancel),
    tests
)]
pub enum Order {
    /// Nothing happened yet.
    #[state(OrderCreated => Pending)]
    New(New),
    /// Items can be added.
    #[state(ItemAdded => Pending, OrderConfirmed => Confirmed, OrderCancelled => Cancelled)]
    Pending(Pending),
    /// It waits for its money.
    #[state(OrderPaid => Paid, OrderCancelled => Cancelled)]
    Confirmed(Confirmed),
    /// It waits for its parcel.
    #[state(OrderShipped => Shipped, OrderCancelled => Cancelled)]
    Paid(Paid),
    /// It is on its way.
    Shipped(Shipped),
    /// It will not be.
    Cancelled(Cancelled),
}

/// The state before the first event; it alone needs `Default`.
#[derive(Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
pub struct New;

/// What a state holds is what its decisions need to know, and no more.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Pending {
    total: u64,
}

/// The total is fixed.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Confirmed {
    total: u64,
}

/// The money is there.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Paid {
    total: u64,
}

/// The end that everybody wants.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Shipped;

/// The other end.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Cancelled {
    /// What was paid, and has to be paid back.
    pub refund: u64,
}

// One `On` for each arrow. Leave one out, or let it lead to another state, and it does not compile.

impl On<OrderCreated> for New {
    type Next = Pending;

    fn on(self, _: &OrderCreated) -> Pending {
        Pending { total: 0 }
    }
}

impl On<ItemAdded> for Pending {
    type Next = Pending;

    fn on(self, event: &ItemAdded) -> Pending {
        // `on` cannot refuse: what does not fit is refused by `add_item`, before it is recorded.
        Pending {
            total: self.total.saturating_add(event.price()),
        }
    }
}

impl On<OrderConfirmed> for Pending {
    type Next = Confirmed;

    fn on(self, _: &OrderConfirmed) -> Confirmed {
        Confirmed { total: self.total }
    }
}

impl On<OrderPaid> for Confirmed {
    type Next = Paid;

    fn on(self, _: &OrderPaid) -> Paid {
        Paid { total: self.total }
    }
}

impl On<OrderShipped> for Paid {
    type Next = Shipped;

    fn on(self, _: &OrderShipped) -> Shipped {
        Shipped
    }
}

impl On<OrderCancelled> for Pending {
    type Next = Cancelled;

    fn on(self, _: &OrderCancelled) -> Cancelled {
        Cancelled { refund: 0 }
    }
}

impl On<OrderCancelled> for Confirmed {
    type Next = Cancelled;

    fn on(self, _: &OrderCancelled) -> Cancelled {
        Cancelled { refund: 0 }
    }
}

impl On<OrderCancelled> for Paid {
    type Next = Cancelled;

    fn on(self, _: &OrderCancelled) -> Cancelled {
        Cancelled { refund: self.total }
    }
}

/// Why an order says no.
#[derive(thiserror::Error, Clone, Debug, PartialEq)]
pub enum OrderError {
    /// It has not come as far, or has come further.
    #[error(transparent)]
    WrongState(#[from] WrongState),
    /// Not there yet, or on its way.
    #[error("in the state `{state}` there is nothing to cancel")]
    NotToBeCancelled {
        /// Which state.
        state: &'static str,
    },
    /// Zero pieces.
    #[error("an item needs at least one piece")]
    NoPieces,
    /// A total that does not fit its number.
    #[error("the total would be more than the shop can count")]
    TooMuch,
    /// No items, or only such as cost nothing.
    #[error("an order of 0 cents cannot be confirmed")]
    NothingToPay,
    /// More or less than the total.
    #[error("the order costs {total} cents, not {cents}")]
    NotTheTotal {
        /// What it costs.
        total: u64,
        /// What was offered.
        cents: u64,
    },
}

// A decision is written on the state that makes it, so it asks no question about the state, and an event that this
// state cannot take does not compile. `order.within(|pending: &Pending| pending.confirm())` makes it.

impl New {
    /// Creates it, with its first items.
    pub fn create(
        &self,
        customer: &str,
        items: Vec<ItemAdded>,
    ) -> Result<(OrderCreated, Vec<ItemAdded>), OrderError> {
        let created = OrderCreated {
            customer: customer.to_owned(),
        };
        let mut pending = self.clone().on(&created);
        for item in &items {
            let added = pending.add_item(&item.sku, item.pieces, item.cents)?;
            pending = pending.on(&added);
        }
        Ok((created, items))
    }
}

impl Pending {
    /// Adds pieces of one item, at its price for one.
    pub fn add_item(&self, sku: &str, pieces: u32, cents: u64) -> Result<ItemAdded, OrderError> {
        if pieces == 0 {
            return Err(OrderError::NoPieces);
        }
        let price = cents.checked_mul(u64::from(pieces));
        match price.and_then(|price| self.total.checked_add(price)) {
            Some(_) => Ok(ItemAdded {
                sku: sku.to_owned(),
                pieces,
                cents,
            }),
            None => Err(OrderError::TooMuch),
        }
    }

    /// Fixes what is ordered.
    pub fn confirm(&self) -> Result<OrderConfirmed, OrderError> {
        if self.total == 0 {
            return Err(OrderError::NothingToPay);
        }
        Ok(OrderConfirmed)
    }
}

impl Confirmed {
    /// Takes the money, all of it at once.
    pub fn pay(&self, cents: u64) -> Result<OrderPaid, OrderError> {
        if cents != self.total {
            let total = self.total;
            return Err(OrderError::NotTheTotal { total, cents });
        }
        Ok(OrderPaid { cents })
    }
}

impl Paid {
    /// Hands it to the carrier.
    pub fn ship(&self, parcel: &str) -> Result<OrderShipped, OrderError> {
        Ok(OrderShipped {
            parcel: parcel.to_owned(),
        })
    }
}

impl Order {
    /// Cancels it, which several states can: such a decision is written on the machine. To cancel what is cancelled is
    /// no mistake, and no event.
    pub fn cancel(&self) -> Result<Option<OrderCancelled>, OrderError> {
        match self {
            Self::Pending(_) | Self::Confirmed(_) | Self::Paid(_) => Ok(Some(OrderCancelled)),
            Self::Cancelled(_) => Ok(None),
            Self::New(_) | Self::Shipped(_) => Err(OrderError::NotToBeCancelled {
                state: self.state_name(),
            }),
        }
    }
}
