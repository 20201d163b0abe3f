//! What is worked out while a set is compiled, worked out here: names that are claimed twice.

#![expect(clippy::unwrap_used, reason = "only tests call it")]

use std::panic::catch_unwind;

use factum::__private::assert_unique_names;
use factum::EventInfo;

/// What stops the build.
fn stopped_by(reads: &[EventInfo]) -> String {
    let stopped =
        catch_unwind(|| assert_unique_names(reads, &["a.ignored", "a.left"])).unwrap_err();
    *stopped.downcast::<String>().unwrap()
}

#[test]
fn a_name_that_two_events_claim_is_named_with_both() {
    let event = |name, rust| EventInfo::new(name, 1, rust);
    let (opened, closed) = (event("a.opened", "Opened"), event("a.closed", "Closed"));
    let again = event("a.opened", "Reopened");
    let said = "the stored name `a.opened` is claimed by both `Opened` and `Reopened`";
    assert_eq!(stopped_by(&[opened, again]), said);
    assert_eq!(stopped_by(&[closed, opened, again]), said);
    assert_eq!(stopped_by(&[opened, closed, again]), said);
}

#[test]
fn a_former_name_is_claimed_too() {
    let event = |name, rust| EventInfo::new(name, 1, rust);
    let opened = event("a.opened", "Opened").aliases(&["Opened", "AOpened"]);
    let again = event("a.again", "Reopened");
    for (other, name) in [
        (event("AOpened", "Reopened"), "AOpened"),
        (again.aliases(&["Reopened", "a.opened"]), "a.opened"),
        (again.aliases(&["Reopened", "AOpened"]), "AOpened"),
    ] {
        let said = format!("the stored name `{name}` is claimed by both `Opened` and `Reopened`");
        assert_eq!(stopped_by(&[opened, other]), said);
        let said = format!("the stored name `{name}` is claimed by both `Reopened` and `Opened`");
        assert_eq!(stopped_by(&[other, opened]), said);
    }
    assert_unique_names(&[opened, again.aliases(&["Reopened"])], &["a.ignored"]);
}

#[test]
fn a_name_that_is_ignored_is_read_by_none() {
    let opened = EventInfo::new("a.opened", 1, "Opened");
    let closed = EventInfo::new("a.closed", 1, "Closed").aliases(&["a.shut", "a.left"]);
    for (reads, name) in [
        ([closed, opened], "a.left"),
        ([opened, closed], "a.left"),
        (
            [opened, EventInfo::new("a.ignored", 1, "Closed")],
            "a.ignored",
        ),
    ] {
        let said =
            format!("the stored name `{name}` is claimed by both `Closed` and `ignored(..)`");
        assert_eq!(stopped_by(&reads), said);
    }
}

#[test]
fn more_names_than_places_are_told_apart() {
    let names = (0..5000).map(|number: u32| &*Box::leak(format!("a.{number:x}").into_boxed_str()));
    let reads: Vec<_> = names.map(|name| EventInfo::new(name, 1, "A")).collect();
    assert_unique_names(&reads, &[]);
}

#[test]
fn a_message_that_is_too_long_is_cut() {
    let long = &*Box::leak("n".repeat(600).into_boxed_str());
    let event = EventInfo::new(long, 1, "A");
    let said = format!("the stored name `{}", "n".repeat(495));
    assert_eq!(stopped_by(&[event, event]), said);
}
