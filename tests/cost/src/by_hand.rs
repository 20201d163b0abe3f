//! The same account without the derives: the enum, the fold and the reading, each one `match`.

use std::error::Error;

use crate::domain::{
    Account, AccountEvent, Channel, Deposited, Frozen, InterestAccrued, LimitChanged, Opened,
    OwnerRenamed, Released, TransferReceived, TransferSent, Withdrawn,
};

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ByHand {
    Opened(Opened),
    Deposited(Deposited),
    Withdrawn(Withdrawn),
    TransferSent(TransferSent),
    TransferReceived(TransferReceived),
    LimitChanged(LimitChanged),
    OwnerRenamed(OwnerRenamed),
    InterestAccrued(InterestAccrued),
    Frozen(Frozen),
    Released(Released),
}

impl From<AccountEvent> for ByHand {
    fn from(event: AccountEvent) -> Self {
        match event {
            AccountEvent::Opened(event) => Self::Opened(event),
            AccountEvent::Deposited(event) => Self::Deposited(event),
            AccountEvent::Withdrawn(event) => Self::Withdrawn(event),
            AccountEvent::TransferSent(event) => Self::TransferSent(event),
            AccountEvent::TransferReceived(event) => Self::TransferReceived(event),
            AccountEvent::LimitChanged(event) => Self::LimitChanged(event),
            AccountEvent::OwnerRenamed(event) => Self::OwnerRenamed(event),
            AccountEvent::InterestAccrued(event) => Self::InterestAccrued(event),
            AccountEvent::Frozen(event) => Self::Frozen(event),
            AccountEvent::Released(event) => Self::Released(event),
        }
    }
}

// Inline as the generated one, across codegen units too.
#[inline]
pub(crate) fn fold(account: &mut Account, event: &ByHand) {
    match event {
        ByHand::Opened(event) => {
            account.open = true;
            account.owner.clone_from(&event.owner);
            account.limit = event.limit;
        }
        ByHand::Deposited(event) => {
            account.cents = account.cents.wrapping_add(event.cents);
            account.at_counter += u64::from(event.channel == Channel::Branch);
        }
        ByHand::Withdrawn(event) => {
            account.cents = account.cents.wrapping_sub(event.cents + event.fee);
            account.fees += event.fee;
            account.at_counter += u64::from(event.channel == Channel::Branch);
        }
        ByHand::TransferSent(event) => {
            account.cents = account.cents.wrapping_sub(event.cents);
            account.last_transfer = event.transfer;
        }
        ByHand::TransferReceived(event) => {
            account.cents = account.cents.wrapping_add(event.cents);
            account.last_transfer = event.transfer;
        }
        ByHand::LimitChanged(event) => account.limit = event.limit,
        ByHand::OwnerRenamed(event) => {
            account.owner.clone_from(&event.owner);
            account.at_counter += u64::from(event.channel == Channel::Branch);
        }
        ByHand::InterestAccrued(event) => {
            account.interest += event.cents;
            account.interest_days += u64::from(event.days);
            if event.booked {
                account.cents = account.cents.wrapping_add(event.cents);
            }
        }
        ByHand::Frozen(_) => account.frozen = true,
        ByHand::Released(event) => {
            account.frozen = false;
            account.fees += event.fee;
            account.at_counter += u64::from(event.channel == Channel::Branch);
        }
    }
}

#[inline]
pub(crate) fn decode(name: &str, payload: &[u8]) -> Result<ByHand, Box<dyn Error>> {
    Ok(match name {
        "account.opened" => ByHand::Opened(serde_json::from_slice(payload)?),
        "account.deposited" => ByHand::Deposited(serde_json::from_slice(payload)?),
        "account.withdrawn" => ByHand::Withdrawn(serde_json::from_slice(payload)?),
        "account.transfer-sent" => ByHand::TransferSent(serde_json::from_slice(payload)?),
        "account.transfer-received" => ByHand::TransferReceived(serde_json::from_slice(payload)?),
        "account.limit-changed" => ByHand::LimitChanged(serde_json::from_slice(payload)?),
        "account.owner-renamed" => ByHand::OwnerRenamed(serde_json::from_slice(payload)?),
        "account.interest-accrued" => ByHand::InterestAccrued(serde_json::from_slice(payload)?),
        "account.frozen" => ByHand::Frozen(serde_json::from_slice(payload)?),
        "account.released" => ByHand::Released(serde_json::from_slice(payload)?),
        other => return Err(format!("nothing here reads the event `{other}`").into()),
    })
}
