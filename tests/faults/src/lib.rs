//! What the fault tests share: sizes, seeds, the domain they record, and the line each leaves behind.
#![allow(
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "this package is a test: what goes wrong has to stop it"
)]

mod booked;
mod domain;
mod inspection;
mod notes;
mod process;
mod rows;
mod run;

pub use booked::{Book, BookEvent, Booked, Closed, Line};
pub use domain::{Added, Counter, CounterEvent};
pub use inspection::{Inspection, Shelf};
pub use notes::{Noted, Notes, NotesEvent};
pub use process::{peak_memory, told};
pub use rows::{Row, encoded, rows};
pub use run::{proved, seeded, size};
