//! Files that lie where tests were before.

use std::fs;

use super::Package;
use super::builds::{BOTH, FIRST, PLACED};
use crate::testing::contract::home::{text, write};

impl Package {
    /// Moves the files of its folder to another one below `events`.
    fn moves_to(&self, folder: &str) {
        let to = self.0.path().join("events").join(folder);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::rename(self.path(""), to).unwrap();
    }

    fn adds(&self, file: &str, text: &str) {
        write(&self.0.path().join(file), text).unwrap();
    }
}

#[test]
fn a_target_that_is_gone_is_named_and_one_that_is_there_keeps_its_files() {
    let package = Package::released(FIRST);
    package.moves_to("one_more/order");
    let [broken, _] = package.says(FIRST);
    insta::assert_snapshot!(broken, @"
    these events are recorded for the test target `one_more`, and there is none of that name
    help: move [package]/events/one_more/order to [package]/events/order/
    ");
    let [gone, there] = [&*broken, ""];
    for (file, text, said) in [
        ("tests/one_more/mod.rs", "", gone),
        ("tests/one_more.rs", "", there),
        ("tests/one-more.rs", "", there),
        ("tests/one_more/main.rs", "", there),
        ("benches/one-more/main.rs", "", there),
        ("benches/one_more.rs", "", there),
        ("src/one_more.rs", "", gone),
        ("Cargo.toml", "name = \"one-more\"", there),
        ("Cargo.toml", "name = \"one_more\"", there),
        ("Cargo.toml", "name = \"one-more-of-them\"", gone),
    ] {
        package.adds(file, text);
        assert_eq!(package.says(FIRST)[0], said, "{file} {text}");
        fs::remove_file(package.0.path().join(file)).unwrap();
    }
}

#[test]
fn files_under_another_name_of_the_test_are_pointed_at() {
    let package = Package::released(FIRST);
    package.moves_to("payments");
    let [broken, new] = package.says(FIRST);
    assert_eq!(broken, "");
    insta::assert_snapshot!(new, @"
    version 1 of `order.paid` has no sample
    `order.paid` version 1 is not recorded
    note: these events are recorded in [package]/events/payments too; if their tests moved, move it to [package]/events/order/
    ");
    // Those that hold an event of others are others' files.
    assert!(!package.says(PLACED)[1].contains("note:"));
    assert!(package.says(BOTH)[1].contains("note:"));
    package.adds("events/payments/schema.json", "{}");
    assert!(!package.says(FIRST)[1].contains("note:"));
}

#[test]
fn where_files_are_recorded_others_are_no_concern() {
    let package = Package::released(FIRST);
    let schema = text(&package.path("schema.json")).unwrap().unwrap();
    package.adds("events/payments/schema.json", &schema);
    assert_eq!(package.says(FIRST), super::nothing());
}
