//! The test kit.

#[cfg(feature = "testing")]
pub mod conformance;
mod fixed;
mod scenario;

pub use fixed::{CountingIds, FixedClock};
pub use scenario::Given;
