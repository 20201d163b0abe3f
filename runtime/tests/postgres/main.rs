//! The PostgreSQL store on a real server, which the tests start.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by a panic")]

#[path = "../each/batches.rs"]
mod batches;
mod fixture;
mod lost;
mod open;
mod race;
mod schema;
