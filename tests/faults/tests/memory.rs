//! A process that takes in much more than it may hold.

use factum_faults::process::Child;
use factum_faults::{Notes, figure, proved, size};
use serde::Serialize;

use crate::PROGRAM;
use crate::home::{Home, on_shared_stores};

on_shared_stores!(a_long_stream_is_never_held_whole);
on_shared_stores!(a_slow_consumer_holds_up_nothing_and_hoards_nothing);

/// What a process may grow by.
pub(crate) const LIMIT: u64 = 64 << 20;

/// By how many MiB a process grows that takes in so many events, each in its turn.
async fn grown(role: &str, order: &impl Serialize, events: usize) -> u64 {
    let (grown, notes): (u64, Notes) = Child::play(PROGRAM, role, order).last().await;
    let taken_in = Notes {
        notes: events as u64,
        out_of_turn: 0,
        bytes: events << 10,
    };
    assert_eq!(notes, taken_in);
    let mebibytes = grown >> 20;
    assert!(
        grown < LIMIT,
        "`{role}` of {events} events: the process grew by {mebibytes} MiB"
    );
    mebibytes
}

async fn a_long_stream_is_never_held_whole(home: Home) {
    let events = size(100_000, 1_000_000);
    let written: usize = Child::play(PROGRAM, "note", &(&home.place, events))
        .last()
        .await;
    let to = home.anew().await;
    let (load, scan, copy) = (
        grown("load", &home.place, events).await,
        grown("scan", &home.place, events).await,
        grown("copy", &(&home.place, &to.place), events).await,
    );
    proved(
        &format!(
            "Memory: one stream, loaded, subscribed to and copied in a process each, {}",
            home.place
        ),
        &format!("{} events of 1 KiB", figure(written)),
        &format!("{load}, {scan} and {copy} MiB more memory, of 64 allowed"),
    );
}

async fn a_slow_consumer_holds_up_nothing_and_hoards_nothing(home: Home) {
    let events = size(100_000, 1_000_000);
    // It asks for 10 events for each 1,000 that are written behind the first.
    let taken_in = (events / 1_000 - 1) * 10;
    let grown = grown("fall_behind", &(&home.place, events), taken_in).await;
    proved(
        &format!(
            "Memory: a subscription 100 times slower than the writer in its process, {}",
            home.place
        ),
        &format!(
            "{} events of 1 KiB written, {} read",
            figure(events),
            figure(taken_in)
        ),
        &format!("{grown} MiB more memory, of 64 allowed; 0 events skipped"),
    );
}
