//! The twins: the same work by hand on the bare driver, in the store's own tables.
//!
//! What they leave out is what a store has to have and one program does not: other codecs, versions and filters,
//! deleted streams, repeated ids, and errors that say what to do.

mod append;
mod command;
mod file;
mod memory;
mod read;

use factum::Apply;

use crate::account::{Account, AccountEvent};
use crate::ratio::Outcome;

pub(crate) use append::{Batch, NewRow, Stored, Writer};
pub(crate) use command::{Cache, Direct, Grouped, Known, acknowledged, decided, metadata, payload};
pub(crate) use file::{create, filled, open, stream};
pub(crate) use memory::Memory;
pub(crate) use read::{Names, Row, load, page};

/// Reads one event, with a `match` by hand.
#[inline]
pub(crate) fn decode(name: &str, version: u16, payload: &[u8]) -> Outcome<AccountEvent> {
    if version != 1 {
        return Err(format!("nothing reads version {version} of `{name}`").into());
    }
    Ok(match name {
        "account.opened" => AccountEvent::Opened(serde_json::from_slice(payload)?),
        "account.deposited" => AccountEvent::Deposited(serde_json::from_slice(payload)?),
        "account.withdrawn" => AccountEvent::Withdrawn(serde_json::from_slice(payload)?),
        _ => return Err(format!("nothing reads `{name}`").into()),
    })
}

/// Takes an event into the state, with a `match` by hand.
#[inline]
pub(crate) fn fold(account: &mut Account, event: &AccountEvent) {
    match event {
        AccountEvent::Opened(event) => account.apply(event),
        AccountEvent::Deposited(event) => account.apply(event),
        AccountEvent::Withdrawn(event) => account.apply(event),
    }
}

/// What an event does to a balance.
#[inline]
pub(crate) fn cents(event: &AccountEvent) -> i64 {
    match event {
        AccountEvent::Opened(_) => 0,
        AccountEvent::Deposited(event) => event.cents,
        AccountEvent::Withdrawn(event) => -event.cents,
    }
}
