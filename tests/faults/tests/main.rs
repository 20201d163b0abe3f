//! Faults that really happen, against the real store; each test names what must not follow.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "this package is a test: what goes wrong has to stop it"
)]

mod killed;
mod projection;
