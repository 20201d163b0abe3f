//! The decisions as data, for whatever stands between the shop and its orders: a queue, a form, a file of rows.

use factum::{Command, Context, Handle, IntoEvents};
use serde::{Deserialize, Serialize};

use super::{Confirmed, ItemAdded, New, Order, OrderError, OrderEvent, OrderId, Paid, Pending};

/// [`New::create`] as data.
#[derive(Command, Serialize, Deserialize, Clone, Debug)]
#[command(aggregate = Order, id = order)]
pub struct Create {
    /// Which order.
    pub order: OrderId,
    /// Who wants it.
    pub customer: String,
    /// The first items.
    pub items: Vec<ItemAdded>,
}

impl Handle<Create> for Order {
    type Error = OrderError;

    fn handle(
        &self,
        command: &Create,
        _: &Context,
    ) -> Result<impl IntoEvents<OrderEvent>, OrderError> {
        self.within(|new: &New| new.create(&command.customer, command.items.clone()))
    }
}

/// [`Pending::add_item`] as data.
#[derive(Command, Serialize, Deserialize, Clone, Debug)]
#[command(aggregate = Order, id = order)]
pub struct AddItem {
    /// Which order.
    pub order: OrderId,
    /// What, how many, and the price of one.
    pub item: ItemAdded,
}

impl Handle<AddItem> for Order {
    type Error = OrderError;

    fn handle(
        &self,
        command: &AddItem,
        _: &Context,
    ) -> Result<impl IntoEvents<OrderEvent>, OrderError> {
        let ItemAdded { sku, pieces, cents } = &command.item;
        self.within(|pending: &Pending| pending.add_item(sku, *pieces, *cents))
    }
}

/// [`Pending::confirm`] as data.
#[derive(Command, Serialize, Deserialize, Clone, Debug)]
#[command(aggregate = Order, id = order)]
pub struct Confirm {
    /// Which order.
    pub order: OrderId,
}

impl Handle<Confirm> for Order {
    type Error = OrderError;

    fn handle(&self, _: &Confirm, _: &Context) -> Result<impl IntoEvents<OrderEvent>, OrderError> {
        self.within(Pending::confirm)
    }
}

/// [`Confirmed::pay`] as data.
#[derive(Command, Serialize, Deserialize, Clone, Debug)]
#[command(aggregate = Order, id = order)]
pub struct Pay {
    /// Which order.
    pub order: OrderId,
    /// How much came in.
    pub cents: u64,
}

impl Handle<Pay> for Order {
    type Error = OrderError;

    fn handle(
        &self,
        command: &Pay,
        _: &Context,
    ) -> Result<impl IntoEvents<OrderEvent>, OrderError> {
        self.within(|confirmed: &Confirmed| confirmed.pay(command.cents))
    }
}

/// [`Paid::ship`] as data.
#[derive(Command, Serialize, Deserialize, Clone, Debug)]
#[command(aggregate = Order, id = order)]
pub struct Ship {
    /// Which order.
    pub order: OrderId,
    /// The carrier's number for it.
    pub parcel: String,
}

impl Handle<Ship> for Order {
    type Error = OrderError;

    fn handle(
        &self,
        command: &Ship,
        _: &Context,
    ) -> Result<impl IntoEvents<OrderEvent>, OrderError> {
        self.within(|paid: &Paid| paid.ship(&command.parcel))
    }
}

/// [`Order::cancel`] as data.
#[derive(Command, Serialize, Deserialize, Clone, Debug)]
#[command(aggregate = Order, id = order)]
pub struct Cancel {
    /// Which order.
    pub order: OrderId,
}

impl Handle<Cancel> for Order {
    type Error = OrderError;

    fn handle(&self, _: &Cancel, _: &Context) -> Result<impl IntoEvents<OrderEvent>, OrderError> {
        self.cancel()
    }
}
