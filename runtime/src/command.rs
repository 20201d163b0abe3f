//! Requests as data, and the aggregates that handle them.

use jiff::Timestamp;
use serde::Serialize;

use crate::aggregate::{Aggregate, IntoEvents};
use crate::context::Context;
use crate::recorded::CommandId;

/// A request as data: for a bus, a queue, a file of rows, a process manager.
///
/// Derive it, and say whose decision it asks for:
///
/// ```
/// use factum::{Aggregate, Apply, Command, CommandId, Context, Event, Handle, IntoEvents};
/// use serde::{Deserialize, Serialize};
/// # #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
/// # #[event(name = "account.withdrawn")]
/// # pub struct Withdrawn { pub cents: u64 }
/// # #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
/// # #[aggregate(name = "account", id = String, events(Withdrawn))]
/// # pub struct Account { cents: u64 }
/// # impl Apply<Withdrawn> for Account { fn apply(&mut self, e: &Withdrawn) { self.cents -= e.cents } }
/// # impl Account {
/// #     fn withdraw(&self, cents: u64) -> Result<Withdrawn, String> {
/// #         if cents > self.cents { Err("too little".into()) } else { Ok(Withdrawn { cents }) }
/// #     }
/// # }
///
/// #[derive(Command, Serialize, Deserialize, Clone, Debug)]
/// #[command(aggregate = Account, id = account, command_id = request)]
/// pub struct Withdraw {
///     pub account: String,
///     pub cents: u64,
///     pub request: CommandId,
/// }
///
/// impl Handle<Withdraw> for Account {
///     type Error = String;
///     fn handle(&self, command: &Withdraw, _: &Context) -> Result<impl IntoEvents<AccountEvent>, String> {
///         self.withdraw(command.cents)
///     }
/// }
///
/// let command = Withdraw { account: "ada".into(), cents: 5, request: CommandId::named("till 3, slip 77") };
/// assert_eq!(command.target(), "ada");
/// assert_eq!(command.command_id(), Some(CommandId::named("till 3, slip 77")));
/// ```
///
/// A command that comes again under its id has to have the same content, and content is compared as encoded. So
/// let a command hold a `BTreeMap` rather than a `HashMap`, whose order is another each time; and a new field, or
/// another codec, makes other content of a command that is sent again across that change.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a command",
    label = "not a command",
    note = "to make `{Self}` one, add `#[derive(Command)] #[command(aggregate = Thing, id = id)]`"
)]
pub trait Command: Serialize + Send + Sync {
    /// Its name, which tells commands with equal content apart: the Rust name unless `name = ".."` says
    /// otherwise.
    const NAME: &'static str;

    /// Whose decision it asks for.
    type Aggregate: Aggregate;

    /// Which of them.
    fn target(&self) -> &<Self::Aggregate as Aggregate>::Id;

    /// Which request it is, if sending it again shall change nothing.
    fn command_id(&self) -> Option<CommandId> {
        None
    }

    /// When it happened in the domain, if that is not when it is carried out.
    fn occurred_at(&self) -> Option<Timestamp> {
        None
    }
}

/// How an aggregate decides a command; see [`Command`] for an example.
///
/// - The decision is pure: what it needs beside the state is in the command or in the context. It may be
///   made again after a conflict.
/// - `Ok` with no events is a success that records nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not handle the command `{C}`",
    label = "no `impl Handle<{C}> for {Self}`",
    note = "write `impl Handle<{C}> for {Self} {{ type Error = String; fn handle(&self, command: &{C}, context: &Context) -> Result<impl IntoEvents<Self::Event>, String> {{ Ok(()) }} }}`"
)]
pub trait Handle<C>: Aggregate {
    /// Why it may say no.
    type Error: Send;

    /// Decides: the events to record, or the rejection.
    fn handle(
        &self,
        command: &C,
        context: &Context,
    ) -> Result<impl IntoEvents<Self::Event>, Self::Error>;
}
