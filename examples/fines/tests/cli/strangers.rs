//! Files that hold no store, and tables that are not ours: asking changes neither.

use std::fs;

use factum::sqlite::rusqlite::Connection;

use crate::figures::of_300;
use crate::office::{Office, Said, first, shipped, strs};

const READS: [&[&str]; 2] = [&["summary"], &["show", "A10001"]];

/// The names in the directory, and the content of each.
fn content(office: &Office) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(office.path(".")).unwrap();
    let files = entries.map(|entry| {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        (name, fs::read(entry.path()).unwrap())
    });
    let mut files = files.collect::<Vec<_>>();
    files.sort();
    files
}

fn database(office: &Office, statements: &str) {
    let connection = Connection::open(office.path("fines.db")).unwrap();
    connection.execute_batch(statements).unwrap();
}

fn assert_refused(said: &Said, why: &str) {
    assert!(!said.ok && said.out.is_empty(), "{}", said.out);
    assert!(said.err.starts_with(why), "{}", said.err);
}

#[test]
fn asking_leaves_a_database_without_a_store_as_it_is() {
    let office = Office::new();
    for tables in [
        "CREATE TABLE customers (name)",
        "CREATE TABLE factum_events (x)",
    ] {
        database(&office, tables);
        let before = content(&office);
        for arguments in READS {
            let said = office.run(arguments);
            assert_refused(&said, "error: there is no store in fines.db; import a file");
            assert!(content(&office) == before, "{arguments:?} wrote");
        }
    }
}

#[test]
fn asking_makes_no_store_of_an_empty_file() {
    let office = Office::new();
    fs::write(office.path("fines.db"), "").unwrap();
    for arguments in READS {
        let said = office.run(arguments);
        assert_refused(&said, "error: there is no store in fines.db; import a file");
        assert_eq!(content(&office), [("fines.db".to_owned(), vec![])]);
    }
}

#[test]
fn asking_a_file_that_is_no_database_says_so() {
    let office = Office::new();
    fs::write(office.path("fines.db"), "no database, and never was one").unwrap();
    let before = content(&office);
    for arguments in READS {
        let said = office.run(arguments);
        assert_refused(
            &said,
            "error: fines.db cannot be read as a store: file is not a database",
        );
        assert!(content(&office) == before, "{arguments:?} wrote");
    }
}

#[test]
fn an_import_that_cannot_start_leaves_no_store() {
    for file in [String::new(), shipped().replacen("officer", "police", 1)] {
        let office = Office::new();
        fs::write(office.path("x.csv"), file).unwrap();
        let before = content(&office);
        let said = office.run(&["import", "x.csv"]);
        assert_refused(&said, "x.csv:1: the ");
        assert!(content(&office) == before);
        assert_refused(
            &office.run(&["summary"]),
            "error: there is no store fines.db",
        );
    }
}

#[test]
fn tables_that_the_read_model_has_not_made_are_refused_and_kept() {
    for (table, statements) in [
        ("fines_effects", "CREATE TABLE fines_effects (x)"),
        ("fines_effects", "CREATE TABLE Fines_Effects (x)"),
        (
            "fines_effects",
            "CREATE VIEW fines_effects AS SELECT 1 AS x",
        ),
        ("fines_checkpoint", "CREATE TABLE fines_checkpoint (x)"),
        (
            "fines_checkpoint",
            "CREATE TABLE fines_checkpoint (logic); CREATE TABLE fines_effects (x)",
        ),
    ] {
        let office = Office::new();
        office.out(&["import", &office.file("1.csv", strs(&first(1)))]);
        database(&office, statements);
        let before = tables(&office);
        let said = office.run(&["summary"]);
        let why = format!("error: the table `{table}` is not one that the read model has made");
        assert_refused(&said, &why);
        assert_eq!(tables(&office), before);
        assert!(office.run(&["show", &first(1)[0][..2]]).err.is_empty());
    }
}

#[test]
fn effects_that_were_replaced_by_another_table_are_refused_and_kept() {
    let office = Office::new();
    office.out(&["import", &office.file("1.csv", strs(&first(1)))]);
    office.summary(&[]);
    database(
        &office,
        "DROP TABLE fines_effects; CREATE TABLE fines_effects (x)",
    );
    let before = tables(&office);
    let said = office.run(&["summary"]);
    assert_refused(&said, "error: the table `fines_effects` is not one");
    assert_eq!(tables(&office), before);
}

#[test]
fn effects_that_were_dropped_are_made_again() {
    let office = Office::new();
    office.out(&["import", &office.file("300.csv", strs(&first(300)))]);
    office.summary(&[]);
    database(&office, "DROP TABLE fines_effects");
    assert_eq!(office.summary(&[]), of_300());
}

/// The definitions of all tables and views.
fn tables(office: &Office) -> Vec<String> {
    let connection = Connection::open(office.path("fines.db")).unwrap();
    let mut query = connection
        .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
        .unwrap();
    let rows = query.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn asking_a_directory_says_that_it_is_one() {
    let office = Office::new();
    let said = office.run(&["summary", "--db", "."]);
    assert_refused(&said, "error: the store cannot serve: ");
    assert!(said.err.contains("is a directory; give"), "{}", said.err);
}
