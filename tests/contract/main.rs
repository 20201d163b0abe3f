//! What generated tests find: eight bugs and more are planted, and each is caught by name.

mod clean;
mod counterexamples;
mod deep;
mod events;
mod expires;
mod generated;
mod histories;
mod machine;
mod manners;
mod planted;
mod recursive;
mod smallest;
mod strict;
mod versions;

use std::panic::{self, AssertUnwindSafe};

/// What a generated test says when it fails.
#[expect(clippy::panic, clippy::unwrap_used, reason = "only tests call it")]
fn failure(test: impl FnOnce()) -> String {
    let Err(panic) = panic::catch_unwind(AssertUnwindSafe(test)) else {
        panic!("nothing was found");
    };
    *panic.downcast::<String>().unwrap()
}

/// Asserts that a text holds others, in this order.
#[expect(clippy::panic, reason = "only tests call it")]
#[track_caller]
fn says(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else {
            panic!("`{part}` is not said, or not in this order, in\n{text}");
        };
        rest = after;
    }
}
