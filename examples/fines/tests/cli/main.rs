//! The program as it is run: the shipped file, real stores, and what goes wrong.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test fails by a panic"
)]

mod commits;
mod crashes;
mod figures;
mod import;
mod log;
mod office;
mod releases;
mod show;
mod stores;
mod strangers;
