//! What the fault tests share: sizes, seeds, the domain they record, and the line each leaves behind.
#![allow(
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "this package is a test: what goes wrong has to stop it"
)]

pub mod clock;
mod domain;
mod ledger;
mod place;
pub mod process;
mod report;
pub mod tasks;
pub mod wire;

pub use domain::{
    Add, Added, Batch, Book, BookEvent, Booked, Closed, Counter, CounterEvent, Line, Noted, Notes,
    NotesEvent,
};
pub use ledger::{
    Answer, Audit, Inspection, Ledger, Row, Seen, Shelf, Told, Verdict, View, Witness, encoded,
    file_integrity, integrity, listed, quiet, rows, stored,
};
pub use place::{AnyStore, Place};
pub use report::{figure, proved, seeded, size};
