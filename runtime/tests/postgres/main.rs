//! The PostgreSQL store on a real server, which the tests start.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by a panic")]

mod away;
#[path = "../each/batches.rs"]
mod batches;
mod fixture;
mod kept;
mod late;
mod lost;
mod migrating;
mod notices;
mod open;
mod pages;
mod partitions;
mod payloads;
mod queue;
mod readable;
mod readers;
mod refusals;
mod rights;
mod schema;
mod shifts;
mod snapshots;
mod stalls;
#[cfg(feature = "postgres-tls")]
mod tls;
mod together;
mod trips;
mod wire;
