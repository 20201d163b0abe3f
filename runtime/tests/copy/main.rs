//! One store becomes another: on files and in memory, and between them.

#![expect(unreachable_pub, reason = "a test is a crate without users")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails is a panic"
)]

mod changes;
mod domain;
#[path = "../each/store.rs"]
mod each;
mod hashed;
mod kept;
#[cfg(target_os = "linux")]
mod memory;
mod processes;
mod refused;
mod resumed;
mod sets;
mod several;
mod stores;
mod transforms;
mod verified;
