use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::look;
use crate::testing::contract::schema::Report;

/// What is said to tests of these events whose folder has no files.
fn said(recorded: &[(&str, &[&str])], folder: &str, known: &[&str]) -> String {
    let package = tempfile::tempdir().unwrap();
    let save = |path: &Path, text: &str| {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    save(&package.path().join("tests/kept.rs"), "");
    for (place, events) in recorded {
        let events = events.iter().map(|name| {
            let entry = json!({"versions": {"1": "struct"}});
            ((*name).to_owned(), entry)
        });
        let events: Value = events.collect::<serde_json::Map<_, _>>().into();
        let shapes = json!({"format": 1, "category": place, "events": events});
        let place = package.path().join("events").join(place);
        save(&place.join("schema.json"), &shapes.to_string());
    }
    let mut report = Report::default();
    let is_one = |name: &str| known.contains(&name);
    let folder = package.path().join("events").join(folder);
    look(package.path(), &folder, &is_one, &mut report).unwrap();
    [report.broken.concat(), report.new.concat()]
        .concat()
        .replace(&*package.path().to_string_lossy(), "[package]")
}

#[test]
fn files_of_a_target_that_is_gone_are_told_though_an_event_went_with_it() {
    let gone: (&str, &[&str]) = ("gone/order", &["paid", "placed", "sent"]);
    for known in [&["paid"][..], &["paid", "placed", "sent"]] {
        let said = said(&[gone], "kept/order", known);
        assert!(said.contains("the test target `gone`"), "{said}");
    }
    assert_eq!(said(&[gone], "kept/order", &["refunded"]), "");
    assert_eq!(
        said(&[gone, ("kept/order", &["paid"])], "kept/order", &["paid"]),
        ""
    );
}

#[test]
fn an_event_of_another_test_does_not_claim_the_files_of_a_target_that_is_gone() {
    let recorded: [(&str, &[&str]); 2] = [("gone/order", &["paid", "placed"]), ("bill", &["paid"])];
    assert_eq!(
        said(&recorded, "kept/cash", &["paid", "counted", "closed"])
            .matches("`gone`")
            .count(),
        0
    );
    assert_eq!(
        said(&recorded, "kept/cash", &["paid", "placed"])
            .matches("`gone`")
            .count(),
        1
    );
}

#[test]
fn files_elsewhere_are_told_if_most_of_their_events_are_these() {
    let told = |folder: &str, known: &[&str]| {
        let said = said(&[("order", &["paid", "placed", "sent"])], folder, known);
        said.contains("note: these events are recorded in [package]/events/order too")
    };
    assert!(told("sale", &["paid", "placed", "sent"]));
    assert!(told("sale", &["paid", "placed"]));
    // Another aggregate that shares an event.
    assert!(!told("sale", &["paid", "sold"]));
    // The same category, in a test target.
    assert!(told("kept/order", &["paid"]));
    assert!(!told("kept/order", &["sold"]));
}
