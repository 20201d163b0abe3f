//! The test kit: given, when, then; snapshots of events; clocks and ids that tests fix; and, with the feature
//! `testing`, the conformance suite for stores and a store that fails on request.

mod caught;
#[cfg(feature = "testing")]
pub mod conformance;
#[doc(hidden)]
pub mod contract;
mod difference;
#[cfg(feature = "testing")]
mod faults;
mod fixed;
mod row;
mod scenario;
mod snapshot;

#[cfg(feature = "testing")]
pub use faults::{Fault, Faulty};
pub use fixed::{CountingIds, FixedClock};
#[doc(hidden)]
pub use scenario::{Field, Fields, OneOf};
pub use scenario::{Given, IntoTimestamp, Partial, Then};
pub use snapshot::EventsSnapshot;
