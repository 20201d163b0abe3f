//! What the office allows.

use super::{Activity, Cents, Day, Fine};

/// How much more than what is owed may be paid: people round up, and pay again what they have paid.
pub const MAX_OVERPAID: Cents = Cents(10_000);

/// Why something may not happen to a fine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The fine does not exist yet.
    #[error("`{activity}` cannot come before `{}`", Activity::CreateFine)]
    NotCreated {
        /// What was asked for.
        activity: Activity,
    },
    /// It has happened before, and happens once.
    #[error("`{activity}` has happened to this fine before, and happens only once")]
    Twice {
        /// What was asked for.
        activity: Activity,
    },
    /// Something else has to happen first.
    #[error("`{activity}` cannot come before `{requires}`")]
    TooEarly {
        /// What was asked for.
        activity: Activity,
        /// What is missing.
        requires: Activity,
    },
    /// The day lies before one on which something has happened already.
    #[error("{on} is before {last}, when something has already happened to this fine")]
    DateFell {
        /// The day.
        on: Day,
        /// The day of the last event.
        last: Day,
    },
    /// An amount below zero.
    #[error("the {what} of {amount} is negative")]
    Negative {
        /// Which amount.
        what: &'static str,
        /// How much.
        amount: Cents,
    },
    /// A total that is smaller than the one before.
    #[error("the total paid falls from {paid} to {total}")]
    PaidFell {
        /// The total so far.
        paid: Cents,
        /// The total that was given.
        total: Cents,
    },
    /// A total that nobody would pay.
    #[error("the total paid of {total} is more than {MAX_OVERPAID} above the {owed} that are owed")]
    Overpaid {
        /// The total that was given.
        total: Cents,
        /// What is owed.
        owed: Cents,
    },
    /// A penalty that would make the fine cheaper.
    #[error("the penalty of {amount} is below the amount in force, {in_force}")]
    PenaltyBelow {
        /// The penalty's amount.
        amount: Cents,
        /// The amount in force.
        in_force: Cents,
    },
    /// Nothing is left to collect.
    #[error("nothing is left to collect: {paid} of {owed} are paid")]
    FullyPaid {
        /// What is paid.
        paid: Cents,
        /// What is owed.
        owed: Cents,
    },
}

impl Fine {
    /// Whether this may happen to it on this day, whatever it says.
    pub(super) fn may(&self, activity: Activity, on: Day) -> Result<(), Rejection> {
        if activity != Activity::CreateFine && !self.has(Activity::CreateFine) {
            return Err(Rejection::NotCreated { activity });
        }
        if self.has(activity) && !activity.recurs() {
            return Err(Rejection::Twice { activity });
        }
        if let Some(requires) = activity.requires().filter(|first| !self.has(*first)) {
            return Err(Rejection::TooEarly { activity, requires });
        }
        match self.last() {
            Some(last) if on < last => Err(Rejection::DateFell { on, last }),
            _ => Ok(()),
        }
    }

    /// Whether this much may have been paid in all, where `owed` has to be.
    pub(super) fn may_have_paid(&self, total: Cents, owed: Cents) -> Result<(), Rejection> {
        not_negative("total paid", total)?;
        let paid = self.paid();
        if total < paid {
            return Err(Rejection::PaidFell { paid, total });
        }
        if total > owed + MAX_OVERPAID {
            return Err(Rejection::Overpaid { total, owed });
        }
        Ok(())
    }

    /// Whether the penalty may replace the amount in force.
    pub(super) fn may_rise_to(&self, amount: Cents) -> Result<(), Rejection> {
        not_negative("penalty", amount)?;
        let in_force = self.amount();
        if amount < in_force {
            return Err(Rejection::PenaltyBelow { amount, in_force });
        }
        Ok(())
    }

    /// Whether there is something left for a debt collector.
    pub(super) fn may_be_collected(&self) -> Result<(), Rejection> {
        if self.is_fully_paid() {
            let (paid, owed) = (self.paid(), self.owed());
            return Err(Rejection::FullyPaid { paid, owed });
        }
        Ok(())
    }
}

pub(super) fn not_negative(what: &'static str, amount: Cents) -> Result<(), Rejection> {
    if amount < Cents(0) {
        return Err(Rejection::Negative { what, amount });
    }
    Ok(())
}
