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
mod booked;
mod child;
pub mod clock;
mod domain;
mod figure;
pub mod hot_stream;
mod inspection;
pub mod ledger;
mod notes;
pub mod player;
mod process;
pub mod readers;
mod rows;
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
pub use booked::{Book, BookEvent, Booked, Closed, Line};
pub use child::Child;
pub use domain::{Added, Counter, CounterEvent};
pub use figure::figure;
pub use inspection::{Inspection, Shelf};
pub use notes::{Noted, Notes, NotesEvent};
pub use process::{peak_memory, told};
pub use rows::{Row, encoded, rows};
pub use run::{proved, seeded, size};
pub use verdict::Verdict;
pub use write::write;
