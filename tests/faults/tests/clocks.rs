//! Clocks that go back, jump and stand apart: order and idempotence do not follow them, and what they say is kept.

use factum_faults::clock::Setting;
use factum_faults::{seeded, size};

use crate::home::{Home, on_every_store, on_shared_stores};
use crate::{equal_commands, hot_stream, writers};

on_every_store!(a_clock_that_goes_back_reorders_nothing);
on_shared_stores!(clocks_that_stand_apart_reorder_nothing);
on_shared_stores!(clocks_that_stand_apart_let_one_win);
on_shared_stores!(clocks_that_stand_apart_repeat_nothing);

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

async fn a_clock_that_goes_back_reorders_nothing(home: Home) {
    let what = "Clocks: one that jumps back and forth, 16 writers and 4 readers";
    let what = format!("{what}, {}", home.place);
    let [clock] = wild(&what, [0]).map(Setting::clock);
    let store = home.place.open_by(&clock).await;
    let told = writers::one_process(&what, store, appends()).await;
    told.judge_times(&clock);
    assert!(told.steps_back() > 0, "the clock has never gone back");
}

async fn clocks_that_stand_apart_reorder_nothing(home: Home) {
    let what = "Clocks: 3 that jump, a day apart, 16 writers in 3 processes";
    writers::processes(&home, what, appends(), wild(what, [0, 1, -1])).await;
}

async fn clocks_that_stand_apart_let_one_win(home: Home) {
    let what = "Clocks: 2 that jump, a day apart, 16 tasks at one stream in 2 processes";
    hot_stream::processes(&home, what, appends(), wild(what, [0, 1])).await;
}

async fn clocks_that_stand_apart_repeat_nothing(home: Home) {
    let what = "Clocks: 2 that jump, a day apart, equal commands from 2 processes";
    equal_commands::processes(&home, what, size(20, 200) as u64, wild(what, [0, -1])).await;
}
