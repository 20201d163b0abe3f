//! The domain of all workloads: a bank account whose events take about 95 bytes.

use factum::{Aggregate, Apply, Event, StreamId};
use serde::{Deserialize, Serialize};

#[derive(StreamId, Clone, Copy, Debug, PartialEq)]
pub(crate) struct AccountId(pub(crate) u64);

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened")]
pub(crate) struct Opened {
    pub(crate) owner: String,
    pub(crate) branch: String,
    pub(crate) currency: String,
    pub(crate) overdraft: i64,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.deposited")]
pub(crate) struct Deposited {
    pub(crate) cents: i64,
    pub(crate) reference: String,
    pub(crate) from: String,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.withdrawn")]
pub(crate) struct Withdrawn {
    pub(crate) cents: i64,
    pub(crate) reference: String,
    pub(crate) to: String,
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "account", id = AccountId, events(Opened, Deposited, Withdrawn))]
pub(crate) struct Account {
    pub(crate) open: bool,
    pub(crate) balance: i64,
}

impl Apply<Opened> for Account {
    fn apply(&mut self, _: &Opened) {
        self.open = true;
    }
}

impl Apply<Deposited> for Account {
    fn apply(&mut self, event: &Deposited) {
        self.balance += event.cents;
    }
}

impl Apply<Withdrawn> for Account {
    fn apply(&mut self, event: &Withdrawn) {
        self.balance -= event.cents;
    }
}

#[derive(thiserror::Error, Debug)]
#[error("the account would be overdrawn")]
pub(crate) struct Overdrawn;

impl Account {
    /// The one decision of all workloads: open what is not open, then two deposits for each withdrawal.
    pub(crate) fn decide(&self, number: usize) -> Result<AccountEvent, Overdrawn> {
        let event = event(number);
        match &event {
            _ if !self.open => Ok(event_of_new().into()),
            AccountEvent::Withdrawn(withdrawn) if withdrawn.cents > self.balance => Err(Overdrawn),
            _ => Ok(event),
        }
    }
}

fn event_of_new() -> Opened {
    Opened {
        owner: "Ada Lovelace".to_owned(),
        branch: "London, St James's Square".to_owned(),
        currency: "GBP".to_owned(),
        overdraft: 0,
    }
}

/// The event with this number in an account's life.
pub(crate) fn event(number: usize) -> AccountEvent {
    let reference = format!("invoice 2026-{number:06}");
    match number {
        0 => event_of_new().into(),
        number if number % 3 == 0 => Withdrawn {
            cents: 1250,
            reference,
            to: "DE02120300000000202051".to_owned(),
        }
        .into(),
        _ => Deposited {
            cents: 2500,
            reference,
            from: "DE02500105170137075030".to_owned(),
        }
        .into(),
    }
}

/// The balance after so many of an account's events.
pub(crate) fn balance_after(events: usize) -> i64 {
    let cents = |number: usize| match number {
        0 => 0,
        number if number % 3 == 0 => -1250,
        _ => 2500,
    };
    (0..events).map(cents).sum()
}
