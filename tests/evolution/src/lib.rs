//! Packages that are edited, compiled and tested as their authors do it: what generated tests say of a change to what
//! is stored. See `tests`.

mod package;

pub use package::{Outcome, Package};
