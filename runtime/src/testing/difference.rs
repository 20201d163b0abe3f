//! What differs between what was expected and what is, and nothing else.

mod align;
mod debug;
pub(super) mod diff;
pub(super) mod fields;
pub(super) mod paint;
