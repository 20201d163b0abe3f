//! Faults that really happen, against the real store; each test names what must not follow.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by a panic"
)]

use std::path::Path;

use factum::Sqlite;
use factum::sqlite::Synchronous;
use tempfile::TempDir;

mod clocks;
mod dropped;
mod equal_commands;
mod hot_stream;
mod killed;
mod lost_answers;
mod memory;
mod model;
mod mutated;
mod names;
mod projection;
mod snapshots;
mod values;
mod writers;

/// The program that plays the other processes.
const PROGRAM: &str = env!("CARGO_BIN_EXE_factum-faults");

/// A directory that goes with the test, and a store in it.
async fn sqlite() -> (TempDir, Sqlite) {
    let directory = tempfile::tempdir().unwrap();
    let store = Sqlite::open(directory.path().join("store.db"));
    let store = store.await.unwrap();
    (directory, store)
}

/// The same where what is tried has nothing to do with the disk, so that it is not waited for.
async fn quick() -> (TempDir, Sqlite) {
    let directory = tempfile::tempdir().unwrap();
    let store = quick_at(&directory.path().join("store.db")).await;
    (directory, store)
}

async fn quick_at(path: &Path) -> Sqlite {
    let store = Sqlite::builder(path).synchronous(Synchronous::Normal);
    store.open().await.unwrap()
}
