//! What the fault tests share: sizes, seeds, the domain they record, and the line each leaves behind.
#![allow(
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "this package is a test: what goes wrong has to stop it"
)]

mod audit;
mod batch;
mod child;
mod domain;
mod run;
mod write;

pub use audit::{Audit, Ledger};
pub use batch::Batch;
pub use child::Child;
pub use domain::{Added, Counter, CounterEvent};
pub use run::{proved, seeded, size};
pub use write::write;
