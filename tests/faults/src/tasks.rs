//! Many at one store at the same time.

pub mod hot_stream;
pub mod race;
pub mod readers;
mod tally;
pub mod twins;
mod write;
pub mod writers;

pub use write::{Said, write};
