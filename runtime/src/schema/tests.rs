//! What changes of shapes mean: pairs for review, each judged in both directions.

mod changes;
mod kinds;
mod locks;
mod pasted;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::lock::{Judged, Lock, Present};
use super::stamp::Stamp;
use super::{FieldInfo, Shape};
use crate::event::EventInfo;

fn shape(json: &Value) -> Shape {
    Shape::from_json(json).unwrap()
}

#[test]
fn what_the_source_says_of_a_field_stands_for_what_could_not_be_traced() {
    let traced = json!({
        "maxPerDay": "opaque or null", "note": "alias of notes", "notes": "opaque",
        "rate": {"": "list", "[]": "u8"}, "unit": "text", "since": "opaque", "later": "opaque",
    });
    let fields = [
        FieldInfo::new("maxPerDay", "", "decimal"),
        FieldInfo::new("note", "It is read as another one.", "text or list"),
        FieldInfo::new("rate", "In cents.", "rate"),
        FieldInfo::new("unit", "A word.", ""),
        FieldInfo::new("gone", "", "decimal"),
        FieldInfo::new("since", "", "decimal").since(2),
        FieldInfo::new("later", "", "decimal").since(3),
    ];
    let declared = |traced: &Value, fields: &[FieldInfo]| {
        let mut shape = shape(traced);
        shape.declare(fields, 2);
        shape.to_json()
    };
    assert_eq!(
        declared(&traced, &fields),
        json!({
            "maxPerDay": "decimal or null", "note": "alias of notes", "notes": "text or list",
            "rate": {"": "list", "[]": "u8"}, "unit": "text", "since": "decimal", "later": "opaque",
        })
    );
    let newtype = [FieldInfo::new("0", "", "decimal")];
    assert_eq!(declared(&json!("opaque"), &newtype), json!("decimal"));
}

#[test]
fn what_is_said_of_an_event_is_added_to_what_was_said() {
    const OWNER: FieldInfo = FieldInfo::new("owner", "Who owns it.", "").since(2);
    let named = EventInfo::new("account.opened", 3, "Opened");
    let info = named
        .since(2)
        .aliases(&["account.began"])
        .about("It was opened.", &[OWNER]);
    let all = EventInfo {
        name: "account.opened",
        aliases: &["account.began"],
        version: 3,
        oldest: 2,
        rust: "Opened",
        doc: "It was opened.",
        fields: &[FieldInfo {
            name: "owner",
            doc: "Who owns it.",
            shape: "",
            since: 2,
        }],
    };
    assert_eq!(info, all);
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
        retired: false,
        shapes: &shapes,
    };
    lock(events).judge("account", &[present], ignored, None)
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
        "`note` is ignored, which is not recorded\n",
    ];
    assert_eq!(judged.new, new);
    let moved = json!({
        "account.opened": {"was": ["Opened"], "versions": {"1": owner, "2": owner}},
        "note": {"versions": {"1": "opaque"}},
    });
    let ignores = json!({"format": 1, "category": "account", "events": moved, "ignored": ["note"]});
    assert_eq!(judged.lock, serde_json::from_value(ignores).unwrap());
    assert!(
        against(&OPENED, &recorded, &[]).broken[0].contains("`note` is recorded, and no event")
    );
}

#[test]
fn an_event_is_ignored_under_all_of_its_names() {
    let recorded = json!({
        "account.opened": {"versions": {"1": {"owner": "text"}, "2": {"owner": "text"}}, "was": ["Opened"]},
        "note": {"versions": {"1": "opaque"}, "was": ["Note", "remark"]},
    });
    let broken = |ignored: &[&str]| against(&OPENED, &recorded, ignored).broken.concat();
    assert_eq!(broken(&["Note", "note", "remark"]), "");
    let said = [
        broken(&[]),
        broken(&["note"]),
        broken(&["note", "Note"]),
        broken(&["Note"]),
    ];
    insta::assert_snapshot!(said.join("\n"), @r#"
    `note` is recorded, and no event of this build reads it
    help: if it has another name now, write `alias("note", "Note", "remark")` on the event; if it no longer happens, list its type in `retired(..)` or its name in `ignored("note", "Note", "remark")`

    `note` was stored under a former name too, which no event of this build reads
    help: write it beside the other one: `ignored("note", "Note", "remark")`

    `note` was stored under a former name too, which no event of this build reads
    help: write it beside the other one: `ignored("note", "remark")`

    `note` is recorded, and no event of this build reads it
    help: if it has another name now, write `alias("note", "remark")` on the event; if it no longer happens, list its type in `retired(..)` or its name in `ignored("note", "remark")`
    "#);
}

#[test]
fn an_event_that_is_retired_counts_more_than_one_that_happens() {
    let owner = json!({"owner": "text"});
    let shapes = BTreeMap::from([(1, shape(&owner)), (2, shape(&owner))]);
    let stamp: Stamp = serde_json::from_value(json!({"logic": 1, "state": "a"})).unwrap();
    let recorded = |retired: bool| -> Lock {
        let entry =
            json!({"was": ["Opened"], "retired": retired, "versions": {"1": owner, "2": owner}});
        let events = json!({"account.opened": entry});
        let lock =
            json!({"format": 1, "category": "account", "snapshots": stamp, "events": events});
        serde_json::from_value(lock).unwrap()
    };
    let judged = |before: bool, retired: bool| {
        let info = &OPENED;
        let present = Present {
            info,
            retired,
            shapes: &shapes,
        };
        recorded(before).judge("account", &[present], &[], Some(&stamp))
    };
    for same in [true, false] {
        let Judged { broken, new, lock } = judged(same, same);
        assert_eq!((broken, new, lock), (vec![], vec![], recorded(same)));
    }
    let Judged { broken, new, lock } = judged(false, true);
    assert_eq!((broken, lock), (vec![], recorded(true)));
    let says = "`account.opened` no longer happens, which is not recorded\n";
    assert_eq!(new, [says]);
    let Judged { broken, new, .. } = judged(true, false);
    assert_eq!(
        new,
        ["`account.opened` happens again, which is not recorded\n"]
    );
    assert!(broken[0].contains("they count as older ones"), "{broken:?}");
    assert!(
        broken[0].contains("help: write `snapshot(logic = 66)`"),
        "{broken:?}"
    );
}

#[test]
fn what_was_ignored_stays_ignored_or_becomes_an_event() {
    let owner = json!({"owner": "text"});
    let events = versions(&json!({"1": owner, "2": owner}));
    let ignoring = |names: &[&str]| -> Lock {
        let lock = json!({"format": 1, "category": "account", "events": events, "ignored": names});
        serde_json::from_value(lock).unwrap()
    };
    let shapes = BTreeMap::from([(1, shape(&owner)), (2, shape(&owner))]);
    let judged = |recorded: &[&str], ignored: &[&str]| {
        let present = Present {
            info: &OPENED,
            retired: false,
            shapes: &shapes,
        };
        ignoring(recorded).judge("account", &[present], ignored, None)
    };
    let kept = judged(&["a", "b"], &["b", "a"]);
    assert_eq!((kept.broken, kept.new), (vec![], vec![]));
    assert_eq!(kept.lock, ignoring(&["a", "b"]));
    let more = judged(&["b"], &["b", "a"]);
    assert_eq!(more.new, ["`a` is ignored, which is not recorded\n"]);
    assert_eq!(more.lock, ignoring(&["a", "b"]));
    insta::assert_snapshot!(judged(&["a", "b"], &["b"]).broken.concat(), @r#"
    `a` is recorded as ignored, and this build does not know it: it can read no stream that holds one
    help: write `ignored("a")` again
    note: if it was never stored, delete it from the file
    "#);
    // It is an event of this build now, under one of its names.
    let listed = judged(&["Opened"], &[]);
    assert_eq!((listed.broken, listed.lock), (vec![], ignoring(&[])));
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
            retired: false,
            shapes: &shapes,
        };
        Lock::default()
            .judge("account", &[present], &[], None)
            .new
            .concat()
    };
    let deep = json!({"id": "u8", "data": "opaque", "lines": {"": "list", "[]": {"": "enum", "A": "opaque"}}});
    insta::assert_snapshot!(
        [said(json!("opaque")), said(deep), said(json!({"id": "u8"}))].concat()
    );
}
