//! What the files of a folder say of builds that come after the one that wrote them.

mod aggregate;
mod builds;
mod moved;
mod samples;
mod stamp;

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use self::builds::{
    BOTH, FIRST, FLAT, LIMITED, NAMED, OTHER_STEP, OTHER_TYPE, PLACED, TIPPED, TIPPED_MORE,
    UNLIMITED,
};
use super::{Kept, Report, Set};
use crate::schema::stamp::Stamp;
use crate::testing::contract::SoleEvent;
use crate::testing::contract::home::{command, files};

/// A package, with a folder for the files of `order`.
struct Package(TempDir);

impl Package {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// One whose files this build wrote.
    fn released(events: &[SoleEvent]) -> Self {
        let this = Self::new();
        this.records(events);
        this
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join("events/order").join(name)
    }

    fn held(&self, events: &[SoleEvent], ignored: &[&str]) -> Result<Report, String> {
        let events: Vec<&dyn Kept> = events.iter().map(|event| event as &dyn Kept).collect();
        self.holds(&events, ignored, None)
    }

    fn holds(
        &self,
        events: &[&dyn Kept],
        ignored: &[&str],
        snapshots: Option<Stamp>,
    ) -> Result<Report, String> {
        let category = "order";
        let set = Set {
            category,
            events,
            ignored,
            snapshots,
        };
        set.held([self.0.path(), &self.path("")])
    }

    /// What is broken, and what is new; without the path of the package.
    fn says(&self, events: &[SoleEvent]) -> [String; 2] {
        self.says_without(events, &[])
    }

    fn says_without(&self, events: &[SoleEvent], ignored: &[&str]) -> [String; 2] {
        let Report { broken, new, .. } = self.held(events, ignored).unwrap();
        [broken, new].map(|said| self.told(&said.concat()))
    }

    fn told(&self, text: &str) -> String {
        text.replace(&*self.0.path().to_string_lossy(), "[package]")
    }

    /// Writes what is new, after which nothing is; the names of the files that were written.
    fn records(&self, events: &[SoleEvent]) -> Vec<String> {
        let report = self.held(events, &[]).unwrap();
        let names = report.writes.iter().map(|(path, _)| name(path)).collect();
        report.close("order", true).unwrap();
        let report = self.held(events, &[]).unwrap();
        assert_eq!(
            (report.broken, report.new, report.writes),
            Default::default()
        );
        names
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.text(name);
        assert!(text.contains(from), "{text}");
        fs::write(self.path(name), text.replace(from, to)).unwrap();
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn nothing() -> [String; 2] {
    [String::new(), String::new()]
}

#[test]
fn what_is_not_recorded_is_asked_for_and_written_once() {
    let package = Package::new();
    let [broken, new] = package.says(FIRST);
    assert_eq!(broken, "");
    insta::assert_snapshot!(new, @"
    version 1 of `order.paid` has no sample
    `order.paid` version 1 is not recorded
    ");
    assert_eq!(
        package.records(FIRST),
        ["order.paid.v1.json", "schema.json"]
    );
    insta::assert_snapshot!(package.text("order.paid.v1.json"), @r#"
    {
      "event": "order.paid",
      "version": 1,
      "payload": {
        "cents": 1
      }
    }
    "#);
    insta::assert_snapshot!(package.text("schema.json"), @r#"
    {
      "format": 1,
      "category": "order",
      "events": {
        "order.paid": {
          "versions": {
            "1": {
              "cents": "u64"
            }
          }
        }
      }
    }
    "#);
}

#[test]
fn it_is_written_where_that_was_asked_for_and_nothing_is_broken() {
    let report = |broken: &[&str], new: &[&str], writes: &[PathBuf]| Report {
        broken: broken.iter().map(ToString::to_string).collect(),
        new: new.iter().map(ToString::to_string).collect(),
        writes: writes
            .iter()
            .map(|path| (path.clone(), "text".to_owned()))
            .collect(),
    };
    let package = Package::new();
    let path = [package.path("deep/file.json")];
    // A note alone fails nothing.
    assert_eq!(report(&[], &["a\n"], &[]).close("order", false), Ok(()));
    let broken = report(&["a\n", "b\n"], &["c\n"], &path);
    assert_eq!(broken.close("order", true), Err("a\n\nb\n".to_owned()));
    let said = report(&[], &["a\n", "b\n"], &path)
        .close("order", false)
        .unwrap_err();
    insta::assert_snapshot!(said.replace(&command("order"), "[command]"), @"
    a
    b
    help: record it: `[command]`
    note: the files belong into version control; what they say is held against every build to come
    ");
    assert!(!path[0].exists());
    assert_eq!(report(&[], &["a\n"], &path).close("order", true), Ok(()));
    assert_eq!(fs::read_to_string(&path[0]).unwrap(), "text");
    assert_eq!(files(&package.path("deep")).unwrap(), path);
    assert_eq!(fs::read_dir(package.path("deep")).unwrap().count(), 1);
}

#[test]
fn a_meaning_goes_on_by_the_steps_and_is_held_to_them() {
    let package = Package::released(FIRST);
    let [broken, new] = package.says(TIPPED);
    assert_eq!(broken, "");
    insta::assert_snapshot!(new, @r#"
    what version 1 of `order.paid` is read as is not recorded in [package]/events/order/order.paid.v1.json
      - before  order.paid v1 {"cents":1}
      + now     order.paid v2 {"cents":1,"tip":7}
    version 2 of `order.paid` has no sample
    `order.paid` version 2 is not recorded
    "#);
    package.records(TIPPED);
    insta::assert_snapshot!(package.text("order.paid.v1.json"), @r#"
    {
      "event": "order.paid",
      "version": 1,
      "payload": {
        "cents": 1
      },
      "reads_as": [
        [
          {
            "event": "order.paid",
            "version": 2,
            "payload": {
              "cents": 1,
              "tip": 7
            }
          }
        ]
      ]
    }
    "#);
    let [broken, new] = package.says(TIPPED_MORE);
    assert_eq!(new, "");
    // Coloured, on a terminal.
    let parts = [
        "version 1 of `order.paid` is read as something else than before\n",
        "- before  7",
        "+ now     8",
        "\n  golden: [package]/events/order/order.paid.v1.json\nhelp: let each event",
    ];
    for part in parts {
        assert!(broken.contains(part), "{broken}");
    }
}

#[test]
fn what_was_stored_and_can_no_longer_be_read_is_shown_with_a_way_out() {
    let package = Package::released(FIRST);
    let [broken, _] = package.says(OTHER_TYPE);
    insta::assert_snapshot!(broken, @"
    stored `order.paid` version 1 can no longer be read: the payload of `order.paid` version 1 cannot be read: invalid type: integer `1`, expected a string at line 1 column 10
      golden: [package]/events/order/order.paid.v1.json
    help: this change breaks events that are stored: raise `version` to 2 and keep the old shape in `upcast(1 = ..)`
    `order.paid` version 1 has another shape; compatibility: none
      what was stored, read by this build:
        `cents`: it is written as u64, and read as text
      what this build stores, read by one from before:
        `cents`: it is written as text, and read as u64
    help: raise the version, and keep the shape that was stored:

        #[event(.., version = 2, upcast(1 = PaidV1))]

        #[derive(serde::Deserialize)]
        struct PaidV1 {
            cents: u64,
        }

        impl From<PaidV1> for Paid {
            fn from(old: PaidV1) -> Self {
                Self {
                    cents: todo!(),
                }
            }
        }
    note: if version 1 was never stored, delete its lines from the file, and its sample
    ");
    let [broken, _] = package.says(OTHER_STEP);
    insta::assert_snapshot!(broken, @"
    stored `order.paid` version 1 can no longer be read: the payload of `order.paid` version 1 cannot be read: missing field `euros` at line 1 column 11
      golden: [package]/events/order/order.paid.v1.json
    help: let the shape and the steps of version 1 be what they were
    version 1 of `order.paid` is not read as it was stored
        `cents`: it is written, and nothing reads it: it would be lost
        `euros`: it has to be there, and is not in all that was written
    help: let the shape that reads version 1 be what it was
    ");
}

#[test]
fn an_event_keeps_its_samples_under_another_name() {
    let package = Package::released(FIRST);
    let [broken, new] = package.says(NAMED);
    assert_eq!(broken, "");
    assert_eq!(
        new,
        "`order.settled` is recorded as `order.paid`, its former name\n"
    );
    assert_eq!(package.records(NAMED), ["schema.json"]);
}

#[test]
fn an_event_that_is_gone_is_missed_once() {
    let package = Package::released(BOTH);
    let [broken, new] = package.says(PLACED);
    assert_eq!(new, "");
    insta::assert_snapshot!(broken, @r#"
    `order.paid` is recorded, and no event of this build reads it
    help: if it has another name now, write `alias("order.paid")` on the event; if it no longer happens, list its type in `retired(..)` or its name in `ignored("order.paid")`
    "#);
    let ignored = "`order.paid` is ignored, which is not recorded\n";
    assert_eq!(package.says_without(PLACED, &["order.paid"]), ["", ignored]);
    // Of an event without shapes the sample says it.
    fs::remove_file(package.path("schema.json")).unwrap();
    let [broken, _] = package.says(PLACED);
    insta::assert_snapshot!(broken, @r#"
    `order.paid` was stored, and no event of this build reads it
      golden: [package]/events/order/order.paid.v1.json
    help: if it has another name now, write `alias("order.paid")` on the event; if it no longer happens, list its type in `retired(..)` or its name in `ignored("order.paid")`
    "#);
    let [broken, _] = package.says_without(PLACED, &["order.paid"]);
    assert_eq!(broken, "");
}

#[test]
fn files_that_are_no_longer_what_they_were_are_named() {
    let package = Package::released(FIRST);
    package.edit("order.paid.v1.json", "\"payload\"", "\"content\"");
    let [broken, _] = package.says(FIRST);
    insta::assert_snapshot!(broken, @"
    [package]/events/order/order.paid.v1.json is no sample: unknown field `content`, expected one of `event`, `version`, `payload`, `reads_as` at line 4 column 11
    help: take it back from version control
    ");
    package.edit("schema.json", "{", "");
    let said = package.held(FIRST, &[]).err().unwrap_or_default();
    insta::assert_snapshot!(package.told(&said), @r#"
    [package]/events/order/schema.json does not hold shapes: invalid type: string "format", expected struct Lock at line 2 column 10
    help: where branches were merged, resolve the conflict; else take the file back from version control
    "#);
}

#[test]
fn a_rule_that_is_printed_for_a_field_that_went_reads_what_was_stored() {
    let package = Package::released(LIMITED);
    let [broken, _] = package.says(FIRST);
    let rule =
        "removed(#[serde(default)] #[serde(rename = \"maxPerDay\")] max_per_day: u8, in = 2)";
    assert!(broken.contains(rule), "{broken}");
    package.records(UNLIMITED);
}

#[test]
fn what_may_be_missing_where_it_is_flattened_is_found_as_it_is_written() {
    let text = Package::released(FLAT).text("schema.json");
    assert!(
        text.contains("\"days\": \"u16 or null, may be missing\""),
        "{text}"
    );
}
