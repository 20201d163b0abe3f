//! The SQLite store on real files.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by a panic")]

mod append;
#[path = "../each/batches.rs"]
mod batches;
mod blocking;
mod close;
mod failures;
mod fixture;
mod group;
mod keys;
mod little;
mod open;
mod processes;
mod read;
mod schema;
mod wait;
