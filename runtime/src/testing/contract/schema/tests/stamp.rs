//! The state that snapshots hold: a build with another one is known to be newer, or is told to say so.

use serde::{Deserialize, Serialize};

use super::builds::{BOTH, FIRST, TIPPED};
use super::{Kept, Package, Report, nothing};
use crate::schema::stamp::Stamp;
use crate::testing::contract::SoleEvent;
use crate::{Aggregate, Apply, Event};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "till.opened")]
struct Opened {}

/// Before: what the state came to hold lies in a type of its own, so that its declaration stays the same.
#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "till", id = String, events(Opened))]
struct Till {
    sum: u64,
}

impl Apply<Opened> for Till {
    fn apply(&mut self, _: &Opened) {}
}

mod after {
    use super::{Aggregate, Apply, Deserialize, Opened, Serialize};

    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "till", id = String, events(Opened))]
    pub(super) struct Till {
        sum: u64,
        tips: Option<u64>,
    }

    impl Apply<Opened> for Till {
        fn apply(&mut self, _: &Opened) {}
    }
}

/// One hash of a declaration: what the types read is all that differs.
const DECLARED: u64 = 7;

fn before(logic: u64) -> Stamp {
    Stamp::of::<Till>(logic, DECLARED)
}

fn after(logic: u64) -> Stamp {
    Stamp::of::<after::Till>(logic, DECLARED)
}

impl Package {
    fn stamped(&self, events: &[SoleEvent], stamp: impl Into<Option<Stamp>>) -> Report {
        let events: Vec<&dyn Kept> = events.iter().map(|event| event as &dyn Kept).collect();
        self.holds(&events, &[], stamp.into()).unwrap()
    }

    /// One whose files a build with these snapshots wrote.
    fn taken(stamp: impl Into<Option<Stamp>>) -> Self {
        let this = Self::released(FIRST);
        this.stamped(FIRST, stamp).close("order", true).unwrap();
        this
    }

    /// What is broken, and what is new.
    fn says_of(&self, events: &[SoleEvent], stamp: impl Into<Option<Stamp>>) -> [String; 2] {
        let Report { broken, new, .. } = self.stamped(events, stamp);
        [broken.concat(), new.concat()]
    }
}

#[test]
fn it_is_recorded_where_the_aggregate_says_how_it_folds() {
    let package = Package::released(FIRST);
    assert_eq!(package.says_of(FIRST, None), nothing());
    assert!(!package.text("schema.json").contains("snapshots"));
    let new = "the state that snapshots hold is not recorded\n";
    assert_eq!(package.says_of(FIRST, before(1)), ["", new]);
    let package = Package::taken(before(1));
    assert_eq!(package.says_of(FIRST, before(1)), nothing());
    let text = package.text("schema.json");
    let (_, lines) = text.split_once("\"category\": \"order\",\n").unwrap();
    let (lines, _) = lines.split_once("  \"events\"").unwrap();
    insta::assert_snapshot!(lines, @r#"
      "snapshots": {
        "logic": 1,
        "state": "43b6659c9bd38e75"
      },
    "#);
}

#[test]
fn another_state_needs_a_higher_logic() {
    let package = Package::taken(before(1));
    let [broken, new] = package.says_of(FIRST, after(1));
    assert_eq!(new, "");
    insta::assert_snapshot!(broken, @"
    a build from before would replace the snapshots of this one: they hold another state, or one by another logic or of other events, and nothing says that it is newer
    help: write `snapshot(logic = 2)`
    note: if no snapshot was ever taken, delete the lines of `snapshots` from the file
    ");
    let newer = "the state that snapshots hold is another one, and known to be newer\n";
    assert_eq!(package.says_of(FIRST, after(2)), ["", newer]);
    let report = package.stamped(FIRST, after(2));
    report.close("order", true).unwrap();
    assert_eq!(package.says_of(FIRST, after(2)), nothing());
    // The same state, folded in another way.
    assert_eq!(package.says_of(FIRST, after(3)), ["", newer]);
}

#[test]
fn a_new_version_of_an_event_makes_it_newer_by_itself() {
    let [broken, new] = Package::taken(before(1)).says_of(TIPPED, after(1));
    assert_eq!(broken, "");
    assert!(
        new.ends_with("is another one, and known to be newer\n"),
        "{new}"
    );
}

#[test]
fn what_counts_does_not_become_less() {
    let package = Package::taken(before(4));
    // A version more makes up for one logic less, and no more than that.
    for lower in [Some(before(3)), Some(after(3)), Some(before(2)), None] {
        let [broken, _] = package.says_of(TIPPED, lower);
        assert!(
            broken.contains("help: write `snapshot(logic = 4)`"),
            "{broken}"
        );
    }
    let sunk = [Some(before(3)), None].map(|stamp| package.says_of(FIRST, stamp)[0].clone());
    insta::assert_snapshot!(sunk.concat(), @"
    a build from before would replace the snapshots of this one: they count as older ones, since `logic`, or the number of events that are retired or ignored, became less
    help: write `snapshot(logic = 5)`
    note: if no snapshot was ever taken, delete the lines of `snapshots` from the file
    a build from before would replace the snapshots of this one: nothing says by which logic they are folded any more
    help: write `snapshot(logic = 5)`
    note: if no snapshot was ever taken, delete the lines of `snapshots` from the file
    ");
    // As the note says.
    let text = package.text("schema.json");
    let (_, lines) = text.split_once("  \"snapshots\"").unwrap();
    let (lines, _) = lines.split_once("},\n").unwrap();
    package.edit("schema.json", &format!("  \"snapshots\"{lines}}},\n"), "");
    assert_eq!(package.says_of(FIRST, None), nothing());
}

#[test]
fn a_name_that_is_no_longer_ignored_makes_it_count_less() {
    let package = Package::new();
    let first: Vec<&dyn Kept> = FIRST.iter().map(|event| event as &dyn Kept).collect();
    let both: Vec<&dyn Kept> = BOTH.iter().map(|event| event as &dyn Kept).collect();
    let stamp = |logic| Some(before(logic));
    let ignores = package.holds(&first, &["order.placed"], stamp(1));
    ignores.unwrap().close("order", true).unwrap();
    let Report { broken, .. } = package.holds(&both, &[], stamp(1)).unwrap();
    let broken = broken.concat();
    assert!(broken.contains("they count as older ones"), "{broken}");
    // 128 for the name, 2 for the event in its place.
    assert!(
        broken.contains("help: write `snapshot(logic = 128)`"),
        "{broken}"
    );
    let Report { broken, .. } = package.holds(&both, &[], stamp(128)).unwrap();
    assert_eq!(broken.concat(), "");
}
