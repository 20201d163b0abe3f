//! The test kit: given, when, then; snapshots of events; and the clocks and ids that tests fix.

mod assertions;
mod checks;
#[cfg(feature = "testing")]
pub mod conformance;
mod debug;
mod diff;
#[cfg(feature = "testing")]
mod faults;
mod fields;
mod fixed;
mod given;
mod numbered;
mod paint;
mod partial;
mod scene;
mod snapshot;
mod then;
mod tree;
mod wire;
mod yaml;

#[cfg(feature = "testing")]
pub use faults::{Fault, Faulty};
pub use fixed::{CountingIds, FixedClock};
pub use given::{Given, IntoTimestamp};
pub use partial::Partial;
#[doc(hidden)]
pub use partial::{Field, Fields};
pub use snapshot::EventsSnapshot;
pub use then::Then;
