//! The test kit.

mod fixed;
mod scenario;

pub use fixed::{CountingIds, FixedClock};
pub use scenario::Given;
