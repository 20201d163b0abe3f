//! Given, when, then: a history, a request, and what comes of it.

mod assertions;
pub(super) mod checks;
mod given;
mod partial;
pub(super) mod scene;
mod then;
pub(super) mod wire;

pub use given::{Given, IntoTimestamp};
pub use partial::Partial;
#[doc(hidden)]
pub use partial::{Field, Fields, OneOf};
pub use then::Then;
