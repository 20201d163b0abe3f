//! A command that histories are made of, without its type.

use std::fmt::Debug;

use serde::de::DeserializeOwned;

use crate::aggregate::{Aggregate, collected};
use crate::codec::Codec;
use crate::command::{Command, Handle};
use crate::context::Context;
use crate::error::BoxError;
use crate::testing::probe::Probe;

/// What the aggregate decides on a command; `None` is a rejection.
pub(super) type Decision<A> = Box<dyn Fn(&A, &Context) -> Option<Vec<<A as Aggregate>::Event>>>;

/// One command of an aggregate: how it is read and decided.
pub struct CommandContract<A: Aggregate> {
    pub(super) name: fn() -> &'static str,
    pub(super) read: fn(&Probe) -> Result<Decision<A>, BoxError>,
}

impl<A: Aggregate> CommandContract<A> {
    /// The contract of one command.
    pub const fn of<C>() -> Self
    where
        A: Handle<C>,
        C: Command<Aggregate = A> + DeserializeOwned + Debug + 'static,
    {
        Self {
            name: std::any::type_name::<C>,
            read: |probe| {
                let command: C = probe.decode(&[])?;
                Ok(Box::new(move |state, context| {
                    state.handle(&command, context).ok().map(collected)
                }))
            },
        }
    }

    pub(super) fn rust(&self) -> &'static str {
        last((self.name)())
    }
}

/// A type's own name, as it stands where the type is in scope.
pub(super) fn last(path: &'static str) -> &'static str {
    path.rsplit("::").next().unwrap_or(path)
}
