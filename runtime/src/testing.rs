//! The test kit: given, when, then; snapshots of events; and the clocks and ids that tests fix.

mod align;
mod assertions;
mod checks;
mod debug;
mod diff;
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

pub use fixed::{CountingIds, FixedClock};
pub use given::{Given, IntoTimestamp};
#[doc(hidden)]
pub use partial::{Field, Fields, OneOf};
pub use partial::Partial;
pub use snapshot::EventsSnapshot;
pub use then::Then;
