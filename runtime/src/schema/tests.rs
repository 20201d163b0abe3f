//! What changes of shapes mean: pairs for review, each judged in both directions.

mod pasted;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::judge::Verdict;
use super::lock::{Judged, Lock, Present};
use super::{FieldInfo, Shape};
use crate::event::EventInfo;

fn shape(json: &Value) -> Shape {
    Shape::from_json(json).unwrap()
}

/// The word, and what is said in each direction.
fn judged(before: &Value, now: &Value) -> String {
    let verdict = Verdict::of(&shape(before), &shape(now));
    let list = |problems: &[super::judge::Problem]| {
        let each = problems.iter();
        let each = each.map(|problem| format!("{}: {}", problem.place(), problem.fault));
        each.collect::<Vec<_>>().join("; ")
    };
    let [backward, forward] = [&verdict.backward, &verdict.forward].map(|found| list(found));
    format!("{} <{backward}> <{forward}>", verdict.word())
}

/// A change, before and after.
type Pair = (&'static str, Value, Value);

fn lines<const N: usize>(pairs: [Pair; N]) -> String {
    let lines = pairs.map(|(name, before, now)| format!("{name}: {}", judged(&before, &now)));
    lines.join("\n")
}

#[test]
fn each_change_of_a_struct_is_judged_in_both_directions() {
    let closed = json!({"": "closed struct", "a": "u8"});
    let pairs = [
        ("the same", json!({"a": "u8"}), json!({"a": "u8"})),
        (
            "a field that may miss comes",
            json!({"a": "u8"}),
            json!({"a": "u8", "b": "u8 or null, may be missing"}),
        ),
        (
            "a field that has to be there comes",
            json!({"a": "u8"}),
            json!({"a": "u8", "b": "u8"}),
        ),
        (
            "a field goes",
            json!({"a": "u8", "b": "u8"}),
            json!({"a": "u8"}),
        ),
        (
            "a field that may miss goes",
            json!({"b": "u8, may be missing"}),
            json!("struct"),
        ),
        (
            "a field comes to a closed struct",
            closed.clone(),
            json!({"": "closed struct", "a": "u8", "b": "u8, may be missing"}),
        ),
        ("a struct is closed", json!({"a": "u8"}), closed.clone()),
        (
            "a closed struct loses a field",
            closed,
            json!("closed struct"),
        ),
        (
            "a variant comes",
            json!({"": "enum", "A": "nothing"}),
            json!({"": "enum", "A": "nothing", "B": "u8"}),
        ),
        (
            "an item changes",
            json!({"": "list", "[]": {"a": "u8"}}),
            json!({"": "list", "[]": {"a": "bool"}}),
        ),
        (
            "a pair becomes three",
            json!({"": "tuple", "[0]": "u8", "[1]": "u8"}),
            json!({"": "tuple", "[0]": "u8", "[1]": "u8", "[2]": "u8"}),
        ),
        (
            "a name has an alias",
            json!({"a": "u8"}),
            json!({"b": "u8", "a": "alias of b"}),
        ),
        (
            "two fields meet in one",
            json!({"a": "u8", "b": "u8"}),
            json!({"b": "u8", "a": "alias of b"}),
        ),
        (
            "an alias goes",
            json!({"b": "u8", "a": "alias of b"}),
            json!({"b": "u8"}),
        ),
        (
            "it cannot be traced any more",
            json!({"a": "u8"}),
            json!("opaque"),
        ),
        (
            "it is declared",
            json!({"a": "opaque"}),
            json!({"a": "decimal"}),
        ),
        (
            "it is declared as something else",
            json!({"a": "decimal or null"}),
            json!({"a": "rate or null"}),
        ),
        ("it can be traced now", json!("opaque"), json!({"a": "u8"})),
        (
            "what comes again stands elsewhere",
            json!({"a": {"": "list", "[]": "a again"}}),
            json!({"a": {"": "list", "[]": "the whole again"}}),
        ),
    ];
    insta::assert_snapshot!(lines(pairs));
}

#[test]
fn each_change_behind_a_tag_is_judged_in_both_directions() {
    let tagged =
        json!({"": "struct told by kind", "id": "u8", "{A}": {"x": "u8"}, "{B}": "struct"});
    let pairs = [
        (
            "a tagged variant comes",
            json!({"": "struct told by kind", "{A}": {"x": "u8"}}),
            json!({"": "struct told by kind", "{A}": {"x": "u8"}, "{B}": "struct"}),
        ),
        (
            "a tagged variant gets a field",
            tagged.clone(),
            json!({"": "struct told by kind", "id": "u8", "{A}": {"x": "u8", "y": "u8"}, "{B}": "struct"}),
        ),
        (
            "another tag",
            tagged.clone(),
            json!({"": "struct told by type", "id": "u8", "{A}": {"x": "u8"}, "{B}": "struct"}),
        ),
        (
            "a field comes to stand behind the tag",
            tagged.clone(),
            json!({"": "struct told by kind", "{A}": {"id": "u8", "x": "u8"}, "{B}": {"id": "u8"}}),
        ),
        (
            "a field stands before the tag again, and is another one",
            json!({"": "struct told by kind", "{A}": {"id": "u8", "x": "u8"}, "{B}": {"id": "u8"}}),
            json!({"": "struct told by kind", "id": "bool", "{A}": {"x": "u8"}, "{B}": "struct"}),
        ),
        (
            "a tagged variant becomes another name of one that is there",
            tagged.clone(),
            json!({"": "struct told by kind", "id": "u8", "{A}": {"x": "u8"}, "{B}": "alias of {A}"}),
        ),
        (
            "a variant loses what all have",
            tagged.clone(),
            json!({"": "struct told by kind", "{A}": {"id": "u8", "x": "u8"}, "{B}": "struct"}),
        ),
    ];
    insta::assert_snapshot!(lines(pairs));
}

#[test]
fn each_change_of_what_stands_under_any_name_is_judged_in_both_directions() {
    let open = json!({"id": "u8", "[]": "u8, may be missing"});
    let pairs = [
        (
            "names of any kind are taken",
            json!({"id": "u8"}),
            open.clone(),
        ),
        (
            "a name of any kind gets a field",
            open.clone(),
            json!({"id": "u8", "tip": "u8, may be missing", "[]": "u8, may be missing"}),
        ),
        (
            "a field goes to the names of any kind",
            json!({"id": "u8", "tip": "u8"}),
            open.clone(),
        ),
        (
            "a text goes to numbers under any name",
            json!({"id": "u8", "tip": "text"}),
            open.clone(),
        ),
        (
            "what stands under any name is another type",
            open,
            json!({"id": "u8", "[]": "text, may be missing"}),
        ),
    ];
    insta::assert_snapshot!(lines(pairs));
}

#[test]
fn each_change_of_a_leaf_is_judged_in_both_directions() {
    let pairs = [
        ("a number gets wider", json!("u8"), json!("i16")),
        ("a number loses its sign", json!("i16"), json!("u32")),
        ("a whole number gets broken", json!("u32"), json!("f64")),
        (
            "a large whole number gets broken",
            json!("i64"),
            json!("f64"),
        ),
        (
            "a text gets free",
            json!("text like 2026-01-06"),
            json!("text"),
        ),
        (
            "a variant becomes another name of one that is there",
            json!({"": "enum", "A": "nothing", "B": "nothing"}),
            json!({"": "enum", "A": "nothing", "B": "alias of A"}),
        ),
        (
            "a variant has a new name, and the old one is read",
            json!({"": "enum", "B": "nothing"}),
            json!({"": "enum", "A": "nothing", "B": "alias of A"}),
        ),
        (
            "the old name of a variant is not read any more",
            json!({"": "enum", "A": "nothing", "B": "alias of A"}),
            json!({"": "enum", "A": "nothing"}),
        ),
        (
            "names become text",
            json!({"": "enum", "A": "nothing"}),
            json!("text"),
        ),
        (
            "an enum with content becomes text",
            json!({"": "enum", "A": "u8"}),
            json!("text"),
        ),
        ("null is allowed", json!("text"), json!("text or null")),
        (
            "a pair becomes a list of wider ones",
            json!({"": "tuple", "[0]": "u8", "[1]": "u8"}),
            json!({"": "list", "[]": "u32"}),
        ),
        (
            "a pair of two kinds becomes a list",
            json!({"": "tuple", "[0]": "u8", "[1]": "text"}),
            json!({"": "list", "[]": "u32"}),
        ),
        (
            "a key becomes text",
            json!({"": "map", "[key]": "u64", "[]": "u64"}),
            json!({"": "map", "[key]": "text", "[]": "u64"}),
        ),
        (
            "a key and its value become text",
            json!({"": "map", "[key]": "i8", "[]": "u64"}),
            json!({"": "map", "[key]": "text", "[]": "text"}),
        ),
    ];
    insta::assert_snapshot!(lines(pairs));
}

#[test]
fn what_the_source_says_of_a_field_stands_for_what_could_not_be_traced() {
    let traced =
        json!({"maxPerDay": "opaque or null", "rate": {"": "list", "[]": "u8"}, "unit": "text"});
    let fields = [
        FieldInfo::new("max_per_day", "", "decimal"),
        FieldInfo::new("rate", "In cents.", "rate"),
        FieldInfo::new("unit", "A word.", ""),
        FieldInfo::new("gone", "", "decimal"),
    ];
    let declared = |traced: &Value, fields: &[FieldInfo]| {
        let mut shape = shape(traced);
        shape.declare(fields);
        shape.to_json()
    };
    assert_eq!(
        declared(&traced, &fields),
        json!({"maxPerDay": "decimal or null", "rate": {"": "list", "[]": "u8"}, "unit": "text"})
    );
    let newtype = [FieldInfo::new("0", "", "decimal")];
    assert_eq!(declared(&json!("opaque"), &newtype), json!("decimal"));
}

const OPENED: EventInfo = EventInfo::new("account.opened", 2, "Opened").aliases(&["Opened"]);

fn lock(events: &Value) -> Lock {
    serde_json::from_value(json!({"format": 1, "category": "account", "events": events})).unwrap()
}

/// Judges one event that reads `{"owner": "text"}` in each version, against a file.
fn against(info: &EventInfo, events: &Value, ignored: &[&str]) -> Judged {
    let versions = info.oldest..=info.version;
    let shapes: BTreeMap<u16, Shape> = versions
        .map(|version| (version, shape(&json!({"owner": "text"}))))
        .collect();
    let present = Present {
        info,
        shapes: &shapes,
    };
    lock(events).judge("account", &[present], ignored)
}

/// All that is said; nothing is new beside what is broken.
fn broken(info: &EventInfo, events: &Value) -> String {
    against(info, events, &[]).broken.concat()
}

fn versions(versions: &Value) -> Value {
    json!({"account.opened": {"was": ["Opened"], "versions": versions}})
}

#[test]
fn what_was_recorded_is_still_read() {
    let owner = json!({"owner": "text"});
    let recorded = versions(&json!({"1": owner, "2": owner}));
    let judged = against(&OPENED, &recorded, &[]);
    assert_eq!((judged.broken, judged.new), (vec![], vec![]));
    assert_eq!(judged.lock, lock(&recorded));
    assert_eq!(
        lock(&recorded),
        serde_json::from_str(&judged.lock.to_text()).unwrap()
    );

    let of_old = versions(&json!({"1": {"holder": "text"}, "2": owner}));
    let of_none =
        json!({"account.opened": {"was": ["Opened", "AccountOpened"], "versions": {"2": owner}}});
    let said = [
        ("an old version has another shape", broken(&OPENED, &of_old)),
        (
            "a newer version was stored",
            broken(&OPENED, &versions(&json!({"2": owner, "3": owner}))),
        ),
        (
            "an older version was stored",
            broken(&OPENED.since(2), &recorded),
        ),
        ("it had another name", broken(&OPENED, &of_none)),
    ];
    let said = said.map(|(when, said)| format!("# {when}\n{said}"));
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn an_event_moves_with_all_that_is_recorded_under_its_names() {
    let owner = json!({"owner": "text"});
    let recorded =
        json!({"Opened": {"versions": {"1": owner}}, "note": {"versions": {"1": "opaque"}}});
    let judged = against(&OPENED, &recorded, &["note"]);
    assert_eq!(judged.broken, Vec::<String>::new());
    let new = [
        "`account.opened` is recorded as `Opened`, its former name\n",
        "`account.opened` version 2 is not recorded\n",
    ];
    assert_eq!(judged.new, new);
    let moved = json!({
        "account.opened": {"was": ["Opened"], "versions": {"1": owner, "2": owner}},
        "note": {"versions": {"1": "opaque"}},
    });
    assert_eq!(judged.lock, lock(&moved));
    assert!(
        against(&OPENED, &recorded, &[]).broken[0].contains("`note` is recorded, and no event")
    );
}

#[test]
fn two_names_of_one_event_are_held_to_what_both_stored() {
    let two = |named: Value, was: Value| {
        let events = json!({"account.opened": {"versions": {"2": named}}, "Opened": {"versions": {"2": was}}});
        against(&OPENED, &events, &[])
    };
    let (owner, date) = (
        json!({"owner": "text"}),
        json!({"owner": "text like 2026-01-06"}),
    );
    for [named, was] in [[&owner, &date], [&date, &owner]] {
        let judged = two(named.clone(), was.clone());
        assert_eq!(judged.broken, Vec::<String>::new());
        let kept = versions(&json!({"1": owner, "2": owner}));
        assert_eq!(judged.lock, lock(&kept));
    }
    let holder = json!({"holder": "text"});
    insta::assert_snapshot!(two(owner, holder).broken[0], @r#"
    `Opened` and `account.opened` were stored in different shapes of version 2, and are read as one event
        `holder`: it is written, and nothing reads it: it would be lost
        `owner`: it has to be there, and is not in all that was written
    help: let `Opened` be an event of its own, without `alias("Opened")`
    "#);
}

#[test]
fn an_old_version_keeps_the_shape_that_it_was_written_in() {
    let recorded =
        versions(&json!({"1": {"owner": "text like 2026-01-06"}, "2": {"owner": "text"}}));
    let judged = against(&OPENED, &recorded, &[]);
    assert_eq!((judged.broken, judged.new), (vec![], vec![]));
    assert_eq!(judged.lock, lock(&recorded));
}

#[test]
fn where_nothing_could_be_traced_is_said_when_it_is_recorded() {
    let said = |shape: serde_json::Value| {
        let shapes = BTreeMap::from([(1, self::shape(&shape))]);
        let present = Present {
            info: &EventInfo::new("account.opened", 1, "Opened"),
            shapes: &shapes,
        };
        Lock::default()
            .judge("account", &[present], &[])
            .new
            .concat()
    };
    let deep = json!({"id": "u8", "data": "opaque", "lines": {"": "list", "[]": {"": "enum", "A": "opaque"}}});
    insta::assert_snapshot!(
        [said(json!("opaque")), said(deep), said(json!({"id": "u8"}))].concat()
    );
}
