//! The same fines in any store: by its address.

use std::fs;

use serde_json::Value;

use crate::crashes::import_twice;
use crate::figures::of_1500;
use crate::office::{Office, first, strs};

#[tokio::test]
async fn two_imports_at_once_into_one_postgresql_come_to_the_same_figures() {
    let url = factum_server::database().await;
    let store = ["--store", &url];
    let office = Office::new();
    let file = office.file("1500.csv", strs(&first(1500)));
    import_twice(&office, &file, &store);
    assert_eq!(office.summary(&store), of_1500());
    // Nothing was kept beside it.
    assert!(!office.path("fines.db").exists());
    let out = office.out(&[&["import", &file], &store[..]].concat());
    assert!(out.starts_with("0 new events, 5113 already there"), "{out}");
    assert_eq!(office.summary(&store), of_1500());
}

#[tokio::test]
async fn an_export_goes_from_one_kind_of_store_into_another() {
    let url = factum_server::database().await;
    let office = Office::new();
    let file = office.file("100.csv", strs(&first(100)));
    office.out(&["import", &file, "--store", "sqlite:100.db"]);
    let exported = office.out(&["export", "--db", "100.db"]);
    fs::write(office.path("100.jsonl"), &exported).unwrap();
    office.out(&["restore", "100.jsonl", "--store", &url]);
    // Who recorded it says when, and each store has positions of its own.
    let events = |log: &str| -> Vec<Value> {
        let lines = log.lines().map(|line| serde_json::from_str(line).unwrap());
        let lines = lines.map(|mut line: Value| {
            line.as_object_mut().unwrap().remove("recorded_at");
            line
        });
        lines.collect()
    };
    assert_eq!(
        events(&office.out(&["export", "--store", &url])),
        events(&exported)
    );
    let show = |place: [&str; 2]| office.out(&[&["show", "A1"], &place[..]].concat());
    assert_eq!(show(["--store", &url]), show(["--db", "100.db"]));
}

#[test]
fn an_address_that_names_no_store_is_told_what_to_write() {
    let office = Office::new();
    let said = office.run(&["summary", "--store", "mysql://me:secret@db"]);
    assert!(
        !said.ok && said.err.contains("sqlite:PATH") && !said.err.contains("secret"),
        "{}",
        said.err
    );
    let said = office.run(&["summary", "--store", "sqlite:gone.db"]);
    assert!(
        said.err
            .starts_with("error: there is no store gone.db; import a file first"),
        "{}",
        said.err
    );
    assert!(!office.path("gone.db").exists());
    let said = office.run(&["summary", "--store", "memory:", "--db", "fines.db"]);
    assert!(
        !said.ok && said.err.contains("cannot be used with"),
        "{}",
        said.err
    );
}

#[test]
fn a_store_in_memory_is_gone_with_the_program() {
    let office = Office::new();
    let file = office.file("100.csv", strs(&first(100)));
    let out = office.out(&["import", &file, "--store", "memory:"]);
    assert!(
        out.contains("does not survive") || out.contains("nothing"),
        "{out}"
    );
    assert_eq!(office.summary(&["--store", "memory:"]).fines, 0);
}
