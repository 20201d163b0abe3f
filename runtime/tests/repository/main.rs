//! Load, decide, append: on every store that ships.

#![expect(unreachable_pub, reason = "a test is a crate without users")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails is a panic"
)]

mod between;
mod bounds;
mod by_hand;
mod cached;
mod decide;
mod domain;
#[path = "../each/store.rs"]
mod each;
mod evolve;
mod follow;
mod history;
mod narrow;
mod nested;
mod refuse;
mod repeat;
mod said_once;
mod snapshots;
mod unknown;
mod verify;
mod words;
