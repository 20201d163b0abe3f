//! Given, when, then: what passes, what fails, and what a failure says.

#![expect(
    unreachable_pub,
    reason = "domain types look as they do in an application"
)]

mod account;
mod checks;
mod failures;
mod location;
mod passing;

use std::panic::{AssertUnwindSafe, catch_unwind};

/// What the scenario fails with, without colours.
fn failure<T>(scenario: impl FnOnce() -> T) -> String {
    let payload = match catch_unwind(AssertUnwindSafe(scenario)) {
        Ok(_) => panic!("the scenario should have failed"),
        Err(payload) => payload,
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
