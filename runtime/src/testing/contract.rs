//! Generated tests: what `#[aggregate(.., tests)]` proves of events, the state and histories.

mod caught;
mod command;
mod event;
mod histories;
mod invent;
mod shrink;
mod state;
mod test;
mod walk;

pub use command::CommandContract;
pub use event::{EventContract, event};
pub use histories::histories;
pub use state::state;
