//! Additions as commands, which may come with an id.

use std::convert::Infallible;

use factum::{Command, CommandId, Context, Handle, IntoEvents};
use serde::{Deserialize, Serialize};

use super::{Added, Counter, CounterEvent};

/// Adds to a counter, once per id if there is one.
#[derive(Command, Serialize, Deserialize, Clone, Debug)]
#[command(aggregate = Counter, id = counter, command_id = request)]
pub struct Add {
    /// Which counter.
    pub counter: String,
    /// Who adds.
    pub writer: u64,
    /// Counted by each writer.
    pub number: u64,
    /// How many additions are recorded.
    pub times: u64,
    /// Which request it is.
    pub request: Option<CommandId>,
}

impl Handle<Add> for Counter {
    type Error = Infallible;

    /// Draws the amounts, so that what one decision records cannot pass for what another one does.
    fn handle(
        &self,
        command: &Add,
        context: &Context,
    ) -> Result<impl IntoEvents<CounterEvent>, Infallible> {
        Ok(command.decide(|| context.fresh_id().as_u128()))
    }
}

impl Add {
    /// What is recorded, with amounts from somewhere.
    pub fn decide(&self, mut draw: impl FnMut() -> u128) -> Vec<Added> {
        let added = |_| Added {
            writer: self.writer,
            number: self.number,
            amount: u64::try_from(draw() % 1_000_000).unwrap(),
        };
        (0..self.times).map(added).collect()
    }
}
