//! An aggregate whose state shows at once what was lost, doubled or reordered.

use factum::{Aggregate, Apply, Event};
use serde::{Deserialize, Serialize};

/// One writer's `number`th addition. Not idempotent: taken in twice, it is seen in the sum.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Hash)]
#[event(name = "counter.added")]
pub struct Added {
    /// Who added.
    pub writer: u64,
    /// Counted by each writer, from 0.
    pub number: u64,
    /// How much.
    pub amount: u64,
}

/// A sum, and how many additions it has.
#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "counter", id = String, events(Added), snapshot(logic = 1))]
pub struct Counter {
    /// Of all amounts.
    pub sum: u64,
    /// How many.
    pub additions: u64,
}

impl Apply<Added> for Counter {
    fn apply(&mut self, event: &Added) {
        self.sum += event.amount;
        self.additions += 1;
    }
}
