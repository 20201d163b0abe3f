//! What is printed is a test: pasted as it stands, it compiles, and fails as it was found.

mod divides;
mod forgets;
mod stumbles;

use crate::planted::fails;

/// Asserts that a report holds a test of this source, to the letter.
#[track_caller]
fn is_pasted(report: &str, source: &str) {
    let test = report
        .split_once("as a test to keep:")
        .map(|(_, test)| test);
    let pasted = test.is_some_and(|test| source.contains(test.trim()));
    assert!(pasted, "another test is printed:\n{report}");
}

#[test]
fn a_panic_in_handle_is_printed_as_the_test_that_was_pasted() {
    use divides::{Account, Split, SplitUp};
    let report = fails!(histories Account: Split; SplitUp);
    is_pasted(&report, include_str!("counterexamples/divides.rs"));
}

#[test]
fn a_lost_state_field_is_printed_as_the_test_that_was_pasted() {
    use forgets::{Account, Deposited};
    let report = fails!(histories Account: Deposited;);
    is_pasted(&report, include_str!("counterexamples/forgets.rs"));
}

#[test]
fn an_overflow_in_apply_is_printed_as_the_test_that_was_pasted() {
    use stumbles::{Account, Deposit, Deposited, Named, Rename};
    let report = fails!(histories Account: Deposited, Named; Deposit, Rename);
    is_pasted(&report, include_str!("counterexamples/stumbles.rs"));
}
