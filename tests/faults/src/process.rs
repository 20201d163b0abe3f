//! The other processes of a test: how the test sees them, how they see the test, and what they take.

mod child;
mod memory;
mod role;

pub use child::Child;
pub use memory::peak_memory;
pub use role::{hear, order, ready, say};
