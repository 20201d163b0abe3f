//! The log leaves the store and comes into another one.

use std::fs;

use crate::office::{Office, first, strs};

/// An office with ten fines, and its log in `log.jsonl`.
fn exported() -> (Office, String) {
    let office = Office::new();
    let rows = first(10);
    let file = office.file("rows.csv", strs(&rows));
    office.out(&["import", &file]);
    let log = office.out(&["export"]);
    fs::write(office.path("log.jsonl"), &log).unwrap();
    (office, log)
}

/// Each line without the time of its recording, which is each store's own.
fn untimed(log: &str) -> Vec<serde_json::Value> {
    let line = |line| {
        let mut event: serde_json::Value = serde_json::from_str(line).unwrap();
        event
            .as_object_mut()
            .unwrap()
            .remove("recorded_at")
            .unwrap();
        event
    };
    log.lines().map(line).collect()
}

#[test]
fn each_event_is_a_line() {
    let (office, log) = exported();
    let events = usize::try_from(office.summary(&[]).events).unwrap();
    let lines = untimed(&log);
    assert_eq!(lines.len(), events);
    let written = lines.iter().filter(|line| line["name"] == "fine.written");
    assert_eq!(written.count(), 10);
    assert_eq!(lines[0]["name"], "fine.written");
    assert!(lines[0]["payload"]["article"].is_u64());
}

#[test]
fn another_store_takes_it_in_once() {
    let (office, log) = exported();
    let figures = office.summary(&[]);
    for _ in 0..2 {
        let said = office.out(&["restore", "log.jsonl", "--db", "other.db"]);
        assert_eq!(said, format!("{} events are stored\n", figures.events));
        assert_eq!(office.summary(&["--db", "other.db"]), figures);
        let again = office.out(&["export", "--db", "other.db"]);
        assert_eq!(untimed(&again), untimed(&log));
    }
}

#[test]
fn a_line_that_is_none_is_named_and_what_is_before_it_stays() {
    let (office, log) = exported();
    // Fines are imported side by side, in whatever order.
    let mut begun = log.lines().filter(|line| line.contains(r#""revision":0"#));
    let (first, other) = (begun.next().unwrap(), begun.next().unwrap());
    for (second, problem) in [
        ("{", "it is no event of an export"),
        (r#"{"stream":"fine-A1"}"#, "missing field `revision`"),
        (
            &first.replace(r#""stream":"fine-"#, r#""stream":"fine"#),
            "it has no `-` between category and id",
        ),
        (
            &first.replace(r#""article":"#, r#""article":1"#),
            "with other content",
        ),
        (
            &other.replace(r#""revision":0"#, r#""revision":7"#),
            "expected revision 6",
        ),
    ] {
        fs::write(office.path("bad.jsonl"), format!("{first}\n{second}\n")).unwrap();
        let said = office.run(&["restore", "bad.jsonl", "--db", "bad.db"]);
        assert!(!said.ok, "{second}");
        assert!(
            said.err.contains("bad.jsonl is restored in part: line 2: "),
            "{}",
            said.err
        );
        assert!(said.err.contains(problem), "{}", said.err);
        assert_eq!(office.summary(&["--db", "bad.db"]).events, 1);
    }
}
