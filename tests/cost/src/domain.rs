//! An account with ten events, as somebody would declare them.

use factum::{Aggregate, Apply, Event};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq)]
pub(crate) enum Channel {
    Branch,
    Card,
    Online,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened")]
pub(crate) struct Opened {
    pub(crate) owner: String,
    pub(crate) iban: String,
    pub(crate) channel: Channel,
    pub(crate) limit: u64,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.deposited")]
pub(crate) struct Deposited {
    pub(crate) cents: u64,
    pub(crate) reference: String,
    pub(crate) channel: Channel,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.withdrawn")]
pub(crate) struct Withdrawn {
    pub(crate) cents: u64,
    pub(crate) fee: u64,
    pub(crate) reference: String,
    pub(crate) channel: Channel,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.transfer-sent")]
pub(crate) struct TransferSent {
    pub(crate) transfer: u64,
    pub(crate) to: String,
    pub(crate) cents: u64,
    pub(crate) note: Option<String>,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.transfer-received")]
pub(crate) struct TransferReceived {
    pub(crate) transfer: u64,
    pub(crate) from: String,
    pub(crate) cents: u64,
    pub(crate) note: Option<String>,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.limit-changed")]
pub(crate) struct LimitChanged {
    pub(crate) limit: u64,
    pub(crate) former: u64,
    pub(crate) clerk: String,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.owner-renamed")]
pub(crate) struct OwnerRenamed {
    pub(crate) owner: String,
    pub(crate) former: String,
    pub(crate) channel: Channel,
    pub(crate) clerk: String,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.interest-accrued")]
pub(crate) struct InterestAccrued {
    pub(crate) cents: u64,
    pub(crate) basis_points: u32,
    pub(crate) days: u16,
    pub(crate) from: String,
    pub(crate) until: String,
    pub(crate) booked: bool,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.frozen")]
pub(crate) struct Frozen {
    pub(crate) reason: String,
    pub(crate) clerk: String,
    pub(crate) days: Option<u16>,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.released")]
pub(crate) struct Released {
    pub(crate) clerk: String,
    pub(crate) channel: Channel,
    pub(crate) fee: u64,
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(
    name = "account",
    id = String,
    events(
        Opened, Deposited, Withdrawn, TransferSent, TransferReceived, LimitChanged, OwnerRenamed,
        InterestAccrued, Frozen, Released,
    )
)]
pub(crate) struct Account {
    pub(crate) owner: String,
    pub(crate) open: bool,
    pub(crate) frozen: bool,
    pub(crate) cents: u64,
    pub(crate) fees: u64,
    pub(crate) limit: u64,
    pub(crate) at_counter: u64,
    pub(crate) last_transfer: u64,
    pub(crate) interest: u64,
    pub(crate) interest_days: u64,
}

impl Apply<Opened> for Account {
    fn apply(&mut self, event: &Opened) {
        self.open = true;
        self.owner.clone_from(&event.owner);
        self.limit = event.limit;
    }
}

impl Apply<Deposited> for Account {
    fn apply(&mut self, event: &Deposited) {
        self.cents = self.cents.wrapping_add(event.cents);
        self.at_counter += u64::from(event.channel == Channel::Branch);
    }
}

impl Apply<Withdrawn> for Account {
    fn apply(&mut self, event: &Withdrawn) {
        self.cents = self.cents.wrapping_sub(event.cents + event.fee);
        self.fees += event.fee;
        self.at_counter += u64::from(event.channel == Channel::Branch);
    }
}

impl Apply<TransferSent> for Account {
    fn apply(&mut self, event: &TransferSent) {
        self.cents = self.cents.wrapping_sub(event.cents);
        self.last_transfer = event.transfer;
    }
}

impl Apply<TransferReceived> for Account {
    fn apply(&mut self, event: &TransferReceived) {
        self.cents = self.cents.wrapping_add(event.cents);
        self.last_transfer = event.transfer;
    }
}

impl Apply<LimitChanged> for Account {
    fn apply(&mut self, event: &LimitChanged) {
        self.limit = event.limit;
    }
}

impl Apply<OwnerRenamed> for Account {
    fn apply(&mut self, event: &OwnerRenamed) {
        self.owner.clone_from(&event.owner);
        self.at_counter += u64::from(event.channel == Channel::Branch);
    }
}

impl Apply<InterestAccrued> for Account {
    fn apply(&mut self, event: &InterestAccrued) {
        self.interest += event.cents;
        self.interest_days += u64::from(event.days);
        if event.booked {
            self.cents = self.cents.wrapping_add(event.cents);
        }
    }
}

impl Apply<Frozen> for Account {
    fn apply(&mut self, _: &Frozen) {
        self.frozen = true;
    }
}

impl Apply<Released> for Account {
    fn apply(&mut self, event: &Released) {
        self.frozen = false;
        self.fees += event.fee;
        self.at_counter += u64::from(event.channel == Channel::Branch);
    }
}
