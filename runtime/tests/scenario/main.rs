//! Given, when, then: what passes, what fails, and what a failure says.

#![expect(
    unreachable_pub,
    reason = "domain types look as they do in an application"
)]
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests fail by panicking"
)]

mod account;
mod checks;
mod failures;
mod location;
mod passing;
mod snapshots;
mod told;

use std::panic::{AssertUnwindSafe, catch_unwind};

/// What the scenario fails with, without colours.
fn failure<T>(scenario: impl FnOnce() -> T) -> String {
    let Err(payload) = catch_unwind(AssertUnwindSafe(scenario)) else {
        panic!("the scenario should have failed");
    };
    let text = payload.downcast::<String>().expect("a failure is text");
    let mut plain = String::new();
    let mut parts = text.split("\u{1b}[");
    plain.push_str(parts.next().unwrap_or_default());
    for part in parts {
        plain.push_str(part.split_once('m').expect("a colour ends with m").1);
    }
    plain
}
