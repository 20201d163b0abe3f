//! The test kit.

#[cfg(feature = "testing")]
pub mod conformance;
mod fixed;

pub use fixed::{CountingIds, FixedClock};
