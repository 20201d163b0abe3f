//! Load, decide, append: on every store that ships.

#![expect(unreachable_pub, reason = "a test is a crate without users")]

mod cached;
mod decide;
mod domain;
mod history;
mod refuse;
mod repeat;
mod snapshots;
mod unknown;
