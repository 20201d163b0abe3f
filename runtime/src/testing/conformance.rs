//! The store contract as tests: each rule of [`Store`](crate::Store) is a case.
//!
//! A store proves itself with one macro call, which makes a named test of each case, in a module per topic:
//!
//! ```
//! use factum::testing::conformance::{Commits, Kit};
//! use factum::{Memory, StreamName};
//!
//! struct InMemory;
//!
//! impl Kit for InMemory {
//!     type Store = Memory;
//!     async fn open(&self) -> Memory { Memory::new() }
//!     async fn reopen(&self, _: Memory) -> Option<Memory> { None }
//!     async fn commits(&self, _: &Memory, _: &StreamName) -> Commits { Commits::OneByOne }
//! }
//!
//! factum::conformance! { memory: InMemory }
//! # fn main() {}
//! ```
//!
//! - [`CASES`] lists the cases, and [`Report::of`] runs them all and says what came of each; the table of what each store
//!   of this crate [guarantees](crate::_guide::guarantees) is printed from it.
//! - The guide [`stores`](crate::_guide::stores) shows how to write a store.
//! - What a crash or a power cut does cannot be shown from within one process; those tests stand beside the suite, and
//!   the cases on durability reopen the store.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a case that fails is a panic with a message"
)]
#![expect(
    clippy::missing_panics_doc,
    reason = "every case panics when the contract is broken"
)]
#![expect(
    clippy::missing_errors_doc,
    reason = "a case that needs an ability says so where there is none"
)]

pub mod append;
pub mod cancellation;
mod cases;
pub mod conflict;
pub mod delete;
pub mod durability;
mod fixture;
pub mod idempotence;
mod kit;
pub mod names;
pub mod order;
pub mod read;
mod report;
pub mod snapshot;
pub mod stress;
pub mod subscribe;
pub mod values;

pub use cases::{CASES, Case};
pub use kit::{Commits, Delay, Kit};
pub use report::{NotOffered, Outcome, Report, Shown, run};
