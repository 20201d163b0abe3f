//! The figures themselves.

use std::fmt;

use factum::sqlite::rusqlite::{self, Connection};
use serde::{Deserialize, Serialize};

use crate::domain::{Cents, Day};

/// What the fines come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Fines that were created.
    pub fines: u32,
    /// Events of all fines.
    pub events: u32,
    /// The amounts in force: those at creation, replaced by penalties.
    pub amount_cents: i64,
    /// Postage.
    pub expense_cents: i64,
    /// What was paid.
    pub paid_cents: i64,
    /// What is still to be paid; what was paid too much for one fine pays for no other.
    pub outstanding_cents: i64,
    /// Fines for which nothing is left to pay.
    pub fully_paid: u32,
    /// Fines that a debt collector has.
    pub in_collection: u32,
    /// Fines with an appeal of any kind.
    pub appealed: u32,
}

impl Summary {
    pub(super) fn query(connection: &Connection, as_of: Option<Day>) -> rusqlite::Result<Self> {
        let until = as_of.map(|day| day.end().as_microsecond());
        let mut figures = connection.prepare_cached(include_str!("figures.sql"))?;
        figures.query_row([until], |row| {
            Ok(Self {
                fines: row.get("fines")?,
                events: row.get("events")?,
                amount_cents: row.get("amount_cents")?,
                expense_cents: row.get("expense_cents")?,
                paid_cents: row.get("paid_cents")?,
                outstanding_cents: row.get("outstanding_cents")?,
                fully_paid: row.get("fully_paid")?,
                in_collection: row.get("in_collection")?,
                appealed: row.get("appealed")?,
            })
        })
    }
}

impl Summary {
    /// What was paid too much for single fines. A reader who adds up `amount + expense - paid` misses it in
    /// what is outstanding.
    const fn overpaid_cents(&self) -> i64 {
        self.outstanding_cents + self.paid_cents - self.amount_cents - self.expense_cents
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count =
            |f: &mut fmt::Formatter<'_>, what, number: u32| writeln!(f, "{what:<14}{number:>14}");
        let money = |f: &mut fmt::Formatter<'_>, what, cents| {
            writeln!(f, "{what:<14}{:>14} EUR", Cents(cents))
        };
        count(f, "fines", self.fines)?;
        count(f, "events", self.events)?;
        money(f, "amount", self.amount_cents)?;
        money(f, "expense", self.expense_cents)?;
        money(f, "paid", self.paid_cents)?;
        money(f, "overpaid", self.overpaid_cents())?;
        money(f, "outstanding", self.outstanding_cents)?;
        count(f, "fully paid", self.fully_paid)?;
        count(f, "in collection", self.in_collection)?;
        count(f, "appealed", self.appealed)
    }
}
