//! Shapes: what a build reads of each payload, to compare with what others wrote.

mod field;
mod gone;
pub(crate) mod judge;
pub(crate) mod kind;
pub(crate) mod lock;
pub(crate) mod mend;
mod shape;
pub(crate) mod stamp;
mod state;
mod traced;

pub use field::FieldInfo;
pub use shape::Shape;
pub use state::traced;
pub(crate) use traced::{Tried, shape_of, written};

#[cfg(test)]
mod tests;
