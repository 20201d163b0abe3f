//! A command that histories are made of, without its type.

use std::fmt::Debug;

use serde::de::DeserializeOwned;

use crate::aggregate::{Aggregate, collected};
use crate::codec::Codec;
use crate::command::{Command, Handle};
use crate::context::Context;
use crate::error::BoxError;
use crate::probe::Probe;

/// What the aggregate decides on a command; `None` is a rejection.
pub(super) type Decision<A> = Box<dyn Fn(&A, &Context) -> Option<Vec<<A as Aggregate>::Event>>>;

/// One command of an aggregate: how it is read and decided.
pub struct CommandContract<A: Aggregate> {
    /// As the attribute of the aggregate has it, so that it is in scope beside the aggregate.
    rust: &'static str,
    pub(super) read: fn(&Probe) -> Result<Decision<A>, BoxError>,
}

impl<A: Aggregate> CommandContract<A> {
    /// The contract of one command.
    pub const fn of<C>(rust: &'static str) -> Self
    where
        A: Handle<C>,
        C: Command<Aggregate = A> + DeserializeOwned + Debug + 'static,
    {
        Self {
            rust,
            read: |probe| {
                let command: C = probe.decode(&[])?;
                Ok(Box::new(move |state, context| {
                    state.handle(&command, context).ok().map(collected)
                }))
            },
        }
    }

    pub(super) fn rust(&self) -> String {
        // Tokens that came through a macro have spaces between them.
        self.rust.replace(" :: ", "::")
    }
}
