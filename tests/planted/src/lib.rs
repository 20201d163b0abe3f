//! Bugs that are put into Factum on purpose, and the tests that have to notice.
//!
//! Each file in `bugs` is a patch of this repository with one bug, and a head that says which test catches it and
//! what that test then says. `tests/planted.rs` puts them, one after the other, into a copy of the sources.

mod bug;
mod tree;

pub use bug::{Bug, BugError};
pub use tree::{Tree, TreeError};
