//! The test kit.

#[cfg(feature = "testing")]
pub mod conformance;
#[cfg(feature = "testing")]
mod faults;
mod fixed;
mod scenario;

#[cfg(feature = "testing")]
pub use faults::{Fault, Faulty};
pub use fixed::{CountingIds, FixedClock};
pub use scenario::Given;
