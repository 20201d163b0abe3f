//! The test kit: given, when, then; and the clocks and ids that tests fix.

mod assertions;
mod checks;
mod debug;
mod diff;
mod fields;
mod fixed;
mod given;
mod paint;
mod partial;
mod scene;
mod then;
mod wire;

pub use fixed::{CountingIds, FixedClock};
pub use given::{Given, IntoTimestamp};
pub use partial::{Field, Fields, Partial};
pub use then::Then;
