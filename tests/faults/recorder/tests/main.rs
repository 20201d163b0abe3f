//! What is left when the power goes, or when the disk fails.
#![cfg(all(target_os = "linux", target_pointer_width = "64"))]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "this package is a test: what goes wrong has to stop it"
)]

mod disk;
#[path = "../src/ends.rs"]
mod ends;
mod failing_disk;
mod power_cuts;
#[path = "../src/record.rs"]
mod record;
mod recording;
