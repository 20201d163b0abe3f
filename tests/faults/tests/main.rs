//! Faults that really happen, against the real store; each test names what must not follow.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by a panic"
)]

mod dropped;
mod memory;
mod model;
mod mutated;
mod names;
mod snapshots;
mod values;
