//! What the fault tests share: sizes, seeds, the domain they record, and the line each leaves behind.
#![allow(
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "this package is a test: what goes wrong has to stop it"
)]

mod add;
pub mod answer;
mod audit;
mod batch;
mod child;
pub mod clock;
mod domain;
mod figure;
pub mod hot_stream;
pub mod ledger;
pub mod player;
pub mod readers;
mod run;
pub mod tally;
pub mod twins;
mod verdict;
pub mod witness;
mod write;
pub mod writers;

pub use add::Add;
pub use audit::{Audit, Ledger};
pub use batch::Batch;
pub use child::Child;
pub use domain::{Added, Counter, CounterEvent};
pub use figure::figure;
pub use run::{proved, seeded, size};
pub use verdict::Verdict;
pub use write::write;
