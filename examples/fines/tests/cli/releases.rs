//! What each release has stored, as today's program reads it. `tests/releases/README.md` says how it came to be.

use std::fs;
use std::path::{Path, PathBuf};

use fines::summary::Summary;

use crate::office::Office;

/// The newest release.
const NEWEST: u32 = 3;

fn kept(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/releases")
        .join(name)
}

/// An office that goes on with a copy of what a release left.
fn after(release: u32) -> Office {
    let office = Office::new();
    fs::copy(kept(&format!("{release}.db")), office.path("fines.db")).unwrap();
    office
}

/// `figures.py - 300 tests/releases/rows.csv`
fn figures() -> Summary {
    serde_json::from_str(
        r#"{"fines":300,"events":1049,"amount_cents":1535000,"expense_cents":255120,"paid_cents":666970,"outstanding_cents":1130550,"fully_paid":137,"in_collection":93,"appealed":14}"#,
    )
    .unwrap()
}

#[test]
fn each_release_has_a_commit_to_be_built_from() {
    let commits = fs::read_to_string(kept("commits")).unwrap();
    let mut releases = 0..=NEWEST;
    for line in commits.lines() {
        let (release, commit) = line.split_once(' ').unwrap();
        assert_eq!(release.parse().ok(), releases.next());
        assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
    assert_eq!(releases.next(), None);
}

#[test]
fn what_each_release_stored_comes_to_the_same() {
    for release in 0..=NEWEST {
        assert_eq!(after(release).summary(&[]), figures(), "release {release}");
    }
}

#[test]
fn what_each_release_exported_comes_to_the_same() {
    for release in 1..=NEWEST {
        let log = kept(&format!("{release}.jsonl"));
        let office = Office::new();
        office.out(&["restore", log.to_str().unwrap()]);
        assert_eq!(office.summary(&[]), figures(), "release {release}");
        // Reading has changed nothing of what is stored.
        let exported = after(release).out(&["export"]);
        assert!(
            exported == fs::read_to_string(log).unwrap(),
            "release {release}"
        );
    }
}

#[test]
fn a_fine_of_each_release_is_told_the_same() {
    for release in 0..=NEWEST {
        insta::allow_duplicates! {
            insta::assert_snapshot!(after(release).out(&["show", "A16141"]), @r"
            fine A16141

            2007-10-15  Create Fine                           36.00 EUR, article 157, vehicle class A, points 0, officer 550
            2008-01-18  Send Fine                             postage 26.00 EUR
            2008-01-30  Insert Fine Notification              type P, last sent P
            2008-03-30  Add penalty                           now 74.00 EUR
            2008-07-15  Insert Date Appeal to Prefecture
            2008-09-01  Send Appeal to Prefecture             dismissed (#)
            2008-09-11  Receive Result Appeal from Prefecture
            2008-09-17  Notify Result Appeal to Offender
            2008-10-02  Appeal to Judge                       not dismissed

            amount           74.00 EUR
            postage          26.00 EUR
            paid              0.00 EUR
            outstanding     100.00 EUR
            appealed
            ");
        }
    }
}

#[test]
fn a_dismissal_of_each_release_is_a_fact_of_its_own() {
    for release in 0..=NEWEST {
        let shown = after(release).out(&["show", "A19730", "--json"]);
        let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
        let [written, dismissed, ..] = shown["events"].as_array().unwrap().as_slice() else {
            panic!("release {release}: {shown}")
        };
        assert_eq!(written["name"], "fine.written");
        assert_eq!(written["event"]["amount"], 3600);
        assert_eq!(dismissed["name"], "fine.dismissed");
        assert_eq!(dismissed["event"]["code"], "5");
        // One stored event was split, two were stored.
        let split = release < 3;
        assert_eq!(
            dismissed["revision"],
            u64::from(!split),
            "release {release}"
        );
    }
}

#[test]
fn what_each_release_carried_out_is_known_by_its_rows() {
    let rows = kept("rows.csv");
    for release in 0..=NEWEST {
        let out = after(release).out(&["import", rows.to_str().unwrap()]);
        let unchanged = "0 new events, 1049 already there: nothing has changed\n";
        assert!(out.starts_with(unchanged), "release {release}: {out}");
    }
}
