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
    let what = "Clocks: one that jumps back and forth, 16 writers and 4 readers, memory";
    let [clock] = wild(what, [0]).map(Setting::clock);
    let store = Memory::with_clock(clock.clone());
    let told = writers::one_process(what, store, appends()).await;
    told.judge_times(&clock);
    assert!(told.steps_back() > 0, "the clock has never gone back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_goes_back_reorders_nothing() {
    let what = "Clocks: one that jumps back and forth, 16 writers and 4 readers, SQLite";
    let [clock] = wild(what, [0]).map(Setting::clock);
    let directory = tempfile::tempdir().unwrap();
    let store = clock.open(&directory.path().join("events.db")).await;
    let told = writers::one_process(what, store, appends()).await;
    told.judge_times(&clock);
    assert!(told.steps_back() > 0, "the clock has never gone back");
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_that_stand_apart_reorder_nothing() {
    let what = "Clocks: 3 that jump, a day apart, 16 writers in 3 processes, SQLite";
    writers::processes(what, appends(), wild(what, [0, 1, -1])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_that_stand_apart_let_one_win() {
    let what = "Clocks: 2 that jump, a day apart, 16 tasks at one stream in 2 processes, SQLite";
    hot_stream::processes(what, appends(), wild(what, [0, 1])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_that_stand_apart_repeat_nothing() {
    let what = "Clocks: 2 that jump, a day apart, equal commands from 2 processes, SQLite";
    equal_commands::processes(what, size(20, 200) as u64, wild(what, [0, -1])).await;
}
