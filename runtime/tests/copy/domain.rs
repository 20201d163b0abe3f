//! The accounts and orders that are copied.

use factum::{
    Aggregate, Apply, Command, CommandId, Context, Event, Handle, IntoEvents, Retired, Timestamp,
};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2)]
pub struct Opened {
    pub owner: String,
    #[event(since = 2, default = "EUR".to_owned())]
    pub currency: String,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.deposited", alias("AccountDeposited"))]
pub struct Deposited {
    pub cents: u64,
}

/// Once an account was opened with its first deposit.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened-with")]
pub struct OpenedWith {
    pub owner: String,
    pub cents: u64,
}

impl Retired<AccountEvent> for OpenedWith {
    fn replace(self) -> impl IntoEvents<AccountEvent> {
        let (owner, currency) = (self.owner, "EUR".to_owned());
        (Opened { owner, currency }, Deposited { cents: self.cents })
    }
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "account", id = String, events(Opened, Deposited))]
#[aggregate(retired(OpenedWith), ignored("account.audited"))]
pub struct Account {
    pub owner: Option<String>,
    pub cents: u64,
}

impl Apply<Opened> for Account {
    fn apply(&mut self, event: &Opened) {
        self.owner = Some(event.owner.clone());
    }
}

impl Apply<Deposited> for Account {
    fn apply(&mut self, event: &Deposited) {
        self.cents += event.cents;
    }
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "order.placed")]
pub struct Placed {
    pub items: u32,
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "order", id = u32, events(Placed))]
pub struct Order {
    pub items: u32,
}

impl Apply<Placed> for Order {
    fn apply(&mut self, event: &Placed) {
        self.items += event.items;
    }
}

#[derive(Command, Serialize, Deserialize, Clone, Debug)]
#[command(aggregate = Account, id = account, command_id = request, occurred_at = at)]
pub struct Deposit {
    pub account: String,
    pub cents: u64,
    pub request: CommandId,
    pub at: Timestamp,
}

impl Handle<Deposit> for Account {
    type Error = String;

    fn handle(
        &self,
        command: &Deposit,
        _: &Context,
    ) -> Result<impl IntoEvents<AccountEvent>, String> {
        let half = command.cents / 2;
        let rest = command.cents - half;
        Ok([half, rest].map(|cents| Deposited { cents }))
    }
}

pub fn ada() -> String {
    "ada".to_owned()
}
