//! Clocks that go back, jump and stand apart: order and idempotence do not follow them, and what they say is kept.

use factum::Memory;
use factum_faults::clock::Setting;
use factum_faults::{seeded, size};

use crate::{equal_commands, hot_stream, writers};

fn appends() -> u64 {
    size(100, 1000) as u64
}

/// Clocks that go back and jump, each some days off.
fn wild<const N: usize>(what: &str, days: [i64; N]) -> [Setting; N] {
    let mut random = seeded(what);
    days.map(|days| Setting::Wild {
        seed: random.u64(..),
        days,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_goes_back_reorders_nothing_in_memory() {
    let what = "16 writers, 4 readers, memory, a clock that jumps";
    let [clock] = wild(what, [0]).map(Setting::clock);
    let store = Memory::with_clock(clock.clone());
    writers::one_process(what, store, appends())
        .await
        .judge_times(&clock);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_goes_back_reorders_nothing() {
    let what = "16 writers, 4 readers, SQLite, a clock that jumps";
    let [clock] = wild(what, [0]).map(Setting::clock);
    let directory = tempfile::tempdir().unwrap();
    let store = clock.open(&directory.path().join("events.db")).await;
    writers::one_process(what, store, appends())
        .await
        .judge_times(&clock);
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_that_stand_apart_reorder_nothing() {
    let what = "16 writers in 3 processes, clocks that jump, a day apart";
    writers::processes(what, appends(), wild(what, [0, 1, -1])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_that_stand_apart_let_one_win() {
    let what = "1 hot stream, 2 processes, clocks that jump, a day apart";
    hot_stream::processes(what, appends(), wild(what, [0, 1])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_that_stand_apart_repeat_nothing() {
    let what = "equal commands from 2 processes, clocks that jump, a day apart";
    equal_commands::processes(what, size(20, 200) as u64, wild(what, [0, -1])).await;
}
