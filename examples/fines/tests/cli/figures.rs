//! The figures, compared with those that `tests/figures.py` computes from the file alone.

use factum::sqlite::rusqlite::Connection;
use fines::summary::Summary;

use crate::office::{Office, SHIPPED, first, strs};

fn expected(json: &str) -> Summary {
    serde_json::from_str(json).unwrap()
}

/// `figures.py - 300`
pub(crate) fn of_300() -> Summary {
    expected(
        r#"{"fines":300,"events":1075,"amount_cents":1514000,"expense_cents":276220,"paid_cents":555350,"outstanding_cents":1235170,"fully_paid":117,"in_collection":115,"appealed":8}"#,
    )
}

/// `figures.py - 1500`
pub(crate) fn of_1500() -> Summary {
    expected(
        r#"{"fines":1500,"events":5113,"amount_cents":7552700,"expense_cents":1274380,"paid_cents":3214845,"outstanding_cents":5625935,"fully_paid":671,"in_collection":470,"appealed":34}"#,
    )
}

#[test]
fn the_shipped_file_comes_to_these_figures_now_and_on_earlier_days() {
    let office = Office::new();
    let out = office.out(&["import", SHIPPED]);
    assert!(
        out.starts_with("34724 new events, 0 already there\n"),
        "{out}"
    );
    // `figures.py DAY`
    for (day, figures) in [
        (
            None,
            r#"{"fines":10000,"events":34724,"amount_cents":51286750,"expense_cents":8663210,"paid_cents":21049590,"outstanding_cents":39040450,"fully_paid":4354,"in_collection":3387,"appealed":248}"#,
        ),
        (
            Some("2006-06-16"),
            r#"{"fines":0,"events":0,"amount_cents":0,"expense_cents":0,"paid_cents":0,"outstanding_cents":0,"fully_paid":0,"in_collection":0,"appealed":0}"#,
        ),
        (
            Some("2006-12-31"),
            r#"{"fines":1030,"events":2235,"amount_cents":3543200,"expense_cents":737020,"paid_cents":1150100,"outstanding_cents":3130220,"fully_paid":327,"in_collection":0,"appealed":0}"#,
        ),
        (
            Some("2008-06-30"),
            r#"{"fines":9896,"events":29350,"amount_cents":49694350,"expense_cents":8196470,"paid_cents":15413080,"outstanding_cents":42514540,"fully_paid":3675,"in_collection":0,"appealed":226}"#,
        ),
        (
            Some("2010-03-01"),
            r#"{"fines":10000,"events":34374,"amount_cents":51286750,"expense_cents":8663210,"paid_cents":20918440,"outstanding_cents":39127500,"fully_paid":4342,"in_collection":3092,"appealed":246}"#,
        ),
    ] {
        let as_of = day.map(|day| ["--as-of", day]);
        let arguments = as_of.as_ref().map_or(&[][..], |as_of| &as_of[..]);
        assert_eq!(office.summary(arguments), expected(figures), "{day:?}");
    }
}

#[test]
fn an_early_day_counts_what_had_happened_by_its_end() {
    let office = Office::new();
    office.out(&["import", &office.file("300.csv", strs(&first(300)))]);
    assert_eq!(office.summary(&[]), of_300());
    // `figures.py 2007-09-30 300`
    assert_eq!(
        office.summary(&["--as-of", "2007-09-30"]),
        expected(
            r#"{"fines":300,"events":820,"amount_cents":1284800,"expense_cents":267300,"paid_cents":344000,"outstanding_cents":1208400,"fully_paid":92,"in_collection":0,"appealed":6}"#
        )
    );
}

#[test]
fn an_as_of_day_includes_the_day_itself() {
    let office = Office::new();
    office.out(&["import", &office.file("300.csv", strs(&first(1)))]);
    for (day, events) in [
        ("2006-07-23", 0),
        ("2006-07-24", 1),
        ("2006-12-04", 1),
        ("2006-12-05", 2),
    ] {
        assert_eq!(office.summary(&["--as-of", day]).events, events, "{day}");
    }
}

#[test]
fn people_read_a_table() {
    let office = Office::new();
    office.out(&["import", &office.file("2.csv", strs(&first(2)))]);
    insta::assert_snapshot!(office.out(&["summary"]), @r"
    fines                      2
    events                     7
    amount                106.50 EUR
    expense                22.00 EUR
    paid                    0.00 EUR
    overpaid                0.00 EUR
    outstanding           128.50 EUR
    fully paid                 0
    in collection              1
    appealed                   0
    ");
}

#[test]
fn the_table_adds_up() {
    let office = Office::new();
    let create = "Z8,Create Fine,2007-01-01,35.0,,,0.0,157.0,A,NIL,,,0.0,561";
    let rows = [
        create,
        "Z8,Payment,2007-01-02,,,365.0,36.5,,,,,,,",
        &create.replace("Z8", "Z9"),
    ];
    office.out(&["import", &office.file("2.csv", rows)]);
    // 70.00 + 0.00 = 36.50 - 1.50 + 35.00
    insta::assert_snapshot!(office.out(&["summary"]), @r"
    fines                      2
    events                     3
    amount                 70.00 EUR
    expense                 0.00 EUR
    paid                   36.50 EUR
    overpaid                1.50 EUR
    outstanding            35.00 EUR
    fully paid                 1
    in collection              0
    appealed                   0
    ");
}

#[test]
fn json_holds_these_figures_alone() {
    let office = Office::new();
    office.out(&["import", &office.file("2.csv", strs(&first(2)))]);
    assert_eq!(
        office.out(&["summary", "--json"]),
        "{\"fines\":2,\"events\":7,\"amount_cents\":10650,\"expense_cents\":2200,\"paid_cents\":0,\"outstanding_cents\":12850,\"fully_paid\":0,\"in_collection\":1,\"appealed\":0}\n"
    );
}

#[test]
fn later_events_are_taken_in_from_the_checkpoint_on() {
    let office = Office::new();
    let rows = first(300);
    office.out(&["import", &office.file("some.csv", strs(&rows[..500]))]);
    assert_eq!(office.summary(&[]).events, 500);
    office.out(&["import", &office.file("all.csv", strs(&rows))]);
    assert_eq!(office.summary(&[]), of_300());
}

#[test]
fn a_summary_of_an_unchanged_store_writes_nothing() {
    let office = Office::new();
    office.out(&["import", &office.file("300.csv", strs(&first(300)))]);
    let figures = office.summary(&[]);
    let connection = Connection::open(office.path("fines.db")).unwrap();
    let version = || -> i64 {
        connection
            .query_row("PRAGMA data_version", [], |row| row.get(0))
            .unwrap()
    };
    let before = version();
    assert_eq!(office.summary(&[]), figures);
    assert_eq!(version(), before);
}

#[test]
fn a_read_model_ahead_of_the_store_is_made_again_and_says_so() {
    let office = Office::new();
    office.out(&["import", &office.file("300.csv", strs(&first(300)))]);
    assert_eq!(office.summary(&[]), of_300());
    let connection = Connection::open(office.path("fines.db")).unwrap();
    connection
        .execute_batch("UPDATE fines_checkpoint SET position = 999999; DELETE FROM fines_effects WHERE revision > 1")
        .unwrap();
    let said = office.run(&["summary", "--json"]);
    assert!(said.ok);
    assert_eq!(
        said.err,
        "the figures were ahead of the store and have been made again\n"
    );
    assert_eq!(expected(&said.out), of_300());
    assert_eq!(office.summary(&[]), of_300());
}

#[test]
fn a_read_model_of_another_build_is_made_again() {
    let office = Office::new();
    office.out(&["import", &office.file("300.csv", strs(&first(300)))]);
    office.summary(&[]);
    let connection = Connection::open(office.path("fines.db")).unwrap();
    connection
        .execute_batch("UPDATE fines_checkpoint SET logic = 0; UPDATE fines_effects SET paid = 1")
        .unwrap();
    assert_eq!(office.summary(&[]), of_300());
}

#[test]
fn without_a_store_there_are_no_figures_and_none_is_made() {
    let office = Office::new();
    let said = office.run(&["summary"]);
    assert!(!said.ok);
    assert!(
        said.err.contains("there is no store fines.db"),
        "{}",
        said.err
    );
    assert!(!office.path("fines.db").exists());
}

#[test]
fn a_day_that_is_none_is_refused() {
    let office = Office::new();
    let said = office.run(&["summary", "--as-of", "2007-02-30"]);
    assert!(!said.ok);
    assert!(
        said.err
            .contains("`2007-02-30` is not a day; write it as in"),
        "{}",
        said.err
    );
}
