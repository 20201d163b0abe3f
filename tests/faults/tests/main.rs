//! Faults that really happen, against the real store; each test names what must not follow.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by a panic"
)]

mod aborted;
mod clocks;
mod dropped;
mod equal_commands;
mod home;
mod hot_stream;
mod killed;
mod listeners;
mod lost_answers;
mod memory;
mod migrated;
mod model;
mod mutated;
mod names;
mod order;
mod outage;
mod projection;
mod race;
mod snapshots;
mod values;
mod writers;

/// The program that plays the other processes.
const PROGRAM: &str = env!("CARGO_BIN_EXE_factum-faults");
