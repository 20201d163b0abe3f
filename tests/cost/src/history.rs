//! A history that is the same in every run: 100,000 events of ten types in mixed order, which are 10,000
//! ten times over.

use factum::{EncodeError, EventSet, Json};

use crate::domain::{
    AccountEvent, Channel, Deposited, Frozen, InterestAccrued, LimitChanged, Opened, OwnerRenamed,
    Released, TransferReceived, TransferSent, Withdrawn,
};

pub(crate) const EVENTS: u64 = 10_000;
pub(crate) const TIMES: u64 = 10;

/// A stored event, as a store hands it out.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) version: u16,
    pub(crate) payload: Vec<u8>,
}

pub(crate) fn events() -> Vec<AccountEvent> {
    let mut dice = Dice(7);
    (0..EVENTS).map(|_| event(&mut dice)).collect()
}

pub(crate) fn row<E: EventSet>(event: &E) -> Result<Row, EncodeError> {
    let mut payload = Vec::new();
    event.encode(&Json::default(), &mut payload)?;
    let info = event.info();
    Ok(Row {
        name: info.name,
        version: info.version,
        payload,
    })
}

fn event(dice: &mut Dice) -> AccountEvent {
    let cents = dice.below(1_000_000);
    match dice.below(10) {
        0 => AccountEvent::Opened(Opened {
            owner: dice.name(),
            iban: dice.number("DE89", 1 << 30),
            channel: dice.channel(),
            limit: cents,
        }),
        1 => AccountEvent::Deposited(Deposited {
            cents,
            reference: dice.number("invoice ", 100_000),
            channel: dice.channel(),
        }),
        2 => AccountEvent::Withdrawn(Withdrawn {
            cents,
            fee: dice.below(500),
            reference: dice.number("slip ", 100_000),
            channel: dice.channel(),
        }),
        3 => AccountEvent::TransferSent(TransferSent {
            transfer: dice.below(1 << 31),
            to: dice.number("NL91", 1 << 30),
            cents,
            note: dice.note(),
        }),
        4 => AccountEvent::TransferReceived(TransferReceived {
            transfer: dice.below(1 << 31),
            from: dice.number("FR14", 1 << 30),
            cents,
            note: dice.note(),
        }),
        5 => AccountEvent::LimitChanged(LimitChanged {
            limit: cents,
            former: dice.below(1_000_000),
            clerk: dice.name(),
        }),
        6 => AccountEvent::OwnerRenamed(OwnerRenamed {
            owner: dice.name(),
            former: dice.name(),
            channel: dice.channel(),
            clerk: dice.name(),
        }),
        7 => AccountEvent::InterestAccrued(InterestAccrued {
            cents,
            basis_points: 250,
            days: 30,
            from: dice.number("2026-", 12),
            until: dice.number("2027-", 12),
            booked: dice.below(2) == 0,
        }),
        8 => AccountEvent::Frozen(Frozen {
            reason: dice.number("order of the court, file ", 10_000),
            clerk: dice.name(),
            days: None,
        }),
        _ => AccountEvent::Released(Released {
            clerk: dice.name(),
            channel: dice.channel(),
            fee: dice.below(500),
        }),
    }
}

/// Numbers without a pattern, and the same in every run; the constants are Knuth's.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    pub(crate) fn name(&mut self) -> String {
        let name = match self.below(4) {
            0 => "Ada Lovelace",
            1 => "Grace Hopper",
            2 => "Émilie du Châtelet",
            _ => "Kurt",
        };
        name.to_owned()
    }

    pub(crate) fn number(&mut self, before: &str, bound: u64) -> String {
        format!("{before}{}", self.below(bound))
    }

    fn note(&mut self) -> Option<String> {
        (self.below(2) == 0).then(|| self.number("rent of month ", 12))
    }

    fn channel(&mut self) -> Channel {
        match self.below(3) {
            0 => Channel::Branch,
            1 => Channel::Card,
            _ => Channel::Online,
        }
    }
}
