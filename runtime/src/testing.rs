//! The test kit.

mod fixed;

pub use fixed::{CountingIds, FixedClock};
