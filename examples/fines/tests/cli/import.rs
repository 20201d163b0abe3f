//! Importing: again, in another order, and with rows that are wrong.

use crate::figures::of_300;
use crate::office::{Office, first, shipped, strs};

/// A row that nobody has shipped.
const STRANGER: &str = "Z9,Create Fine,2007-01-01,35.0,,,0.0,157.0,A,NIL,,,0.0,561";

#[test]
fn says_how_fast_it_was_and_what_survives() {
    let office = Office::new();
    let out = office.out(&[
        "import",
        &office.file("1.csv", strs(&first(1))),
        "--db",
        "other.db",
    ]);
    assert!(out.contains(" events/s\n"), "{out}");
    assert!(
        out.contains("survives the end of the process and a power cut"),
        "{out}"
    );
    assert!(out.contains("synchronous=full"), "{out}");
    assert!(office.path("other.db").exists() && !office.path("fines.db").exists());
}

#[test]
fn the_same_file_again_changes_nothing_and_says_so() {
    let office = Office::new();
    let rows = first(300);
    let file = office.file("300.csv", strs(&rows));
    office.out(&["import", &file]);
    let unchanged = "0 new events, 1075 already there: nothing has changed\n";
    let out = office.out(&["import", &file]);
    assert!(out.starts_with(unchanged), "{out}");
    assert!(
        out.contains(" rows/s\n") && !out.contains("events/s"),
        "{out}"
    );

    let backwards = office.file("backwards.csv", strs(&rows).rev());
    let out = office.out(&["import", &backwards]);
    assert!(out.starts_with(unchanged), "{out}");

    let mut by_date = rows.clone();
    by_date.sort_by_key(|row| row.split(',').nth(2).unwrap().to_owned());
    let out = office.out(&["import", &office.file("by-date.csv", strs(&by_date))]);
    assert!(out.starts_with(unchanged), "{out}");
    assert_eq!(office.summary(&[]), of_300());
}

#[test]
fn fines_may_lie_among_each_other() {
    let office = Office::new();
    let mut rows = first(300);
    rows.sort_by_key(|row| row.split(',').nth(2).unwrap().to_owned());
    office.out(&["import", &office.file("by-date.csv", strs(&rows))]);
    assert_eq!(office.summary(&[]), of_300());
}

#[test]
fn equal_rows_are_two_rows() {
    let office = Office::new();
    let pay = "Z9,Payment,2007-01-02,,,10.0,10.0,,,,,,,";
    let file = office.file("twice.csv", [STRANGER, pay, pay]);
    assert!(
        office
            .out(&["import", &file])
            .starts_with("3 new events, 0 already there")
    );
    assert!(
        office
            .out(&["import", &file])
            .starts_with("0 new events, 3 already there")
    );
    let more = office.file("more.csv", [pay, pay, STRANGER, pay]);
    assert!(
        office
            .out(&["import", &more])
            .starts_with("1 new event, 3 already there")
    );
}

/// 300 fines with a malformed row, an unknown activity and two rejected rows among them.
fn with_problems() -> Vec<String> {
    let mut rows = first(300);
    rows.insert(100, "nonsense".into());
    rows.insert(200, "A1,Pay,2007-01-01,,,,,,,,,,,".into());
    rows.insert(300, "A1,Payment,2006-07-01,,,350.0,35.0,,,,,,,".into());
    rows.insert(400, "A1,Payment,2008-01-01,,,0.0,-1.0,,,,,,,".into());
    rows.push(STRANGER.into());
    rows
}

#[test]
fn the_first_problem_stops_the_import_and_what_was_accepted_stays() {
    let office = Office::new();
    let rows = with_problems();
    let said = office.run(&["import", &office.file("bad.csv", strs(&rows))]);
    assert!(!said.ok);
    assert_eq!(
        said.err,
        "bad.csv:102: the row has 1 columns, and the header has 14\n\
         stopped at the first problem; --keep-going tries every row and lists all problems\n"
    );
    assert!(
        said.out.starts_with("100 new events, 0 already there"),
        "{}",
        said.out
    );
    assert_eq!(office.summary(&[]).events, 100);
}

#[test]
fn the_first_rejection_in_the_file_is_the_one_reported() {
    let office = Office::new();
    let mut rows = with_problems();
    rows.retain(|row| row != "nonsense" && !row.contains(",Pay,"));
    let said = office.run(&["import", &office.file("bad.csv", strs(&rows))]);
    assert!(!said.ok);
    assert_eq!(
        said.err,
        "bad.csv:300: rejected: 2006-07-01 is before 2006-12-05, when something has already happened to this fine\n\
         stopped at the first problem; --keep-going tries every row and lists all problems\n"
    );
    let events = office.summary(&[]).events;
    assert!((298..1075).contains(&events), "{events}");
}

#[test]
fn with_keep_going_all_problems_are_listed_and_the_rest_is_imported() {
    let office = Office::new();
    let rows = with_problems();
    let file = office.file("bad.csv", strs(&rows));
    for again in [false, true] {
        let said = office.run(&["import", &file, "--keep-going"]);
        assert!(!said.ok);
        let lines = said.err.lines().collect::<Vec<_>>();
        assert_eq!(lines.len(), 4, "{}", said.err);
        assert!(
            lines[0].starts_with("bad.csv:102: the row has 1 columns"),
            "{}",
            lines[0]
        );
        assert!(
            lines[1].starts_with("bad.csv:202: `Pay` is not an activity; known are"),
            "{}",
            lines[1]
        );
        assert!(
            lines[2].starts_with("bad.csv:302: rejected: 2006-07-01 is before"),
            "{}",
            lines[2]
        );
        assert!(
            lines[3].starts_with("bad.csv:402: rejected: the total paid of -1.00 is neg"),
            "{}",
            lines[3]
        );
        let counts = if again {
            "0 new events, 1076 already"
        } else {
            "1076 new events, 0 already"
        };
        assert!(said.out.starts_with(counts), "{}", said.out);
    }
    assert_eq!(office.summary(&[]).events, 1076);
    assert_eq!(
        office.summary(&[]).amount_cents,
        of_300().amount_cents + 3500
    );
}

#[test]
fn a_file_that_is_not_there_is_said_so() {
    let office = Office::new();
    let said = office.run(&["import", "nowhere.csv"]);
    assert!(!said.ok);
    assert!(
        said.err.starts_with("error: nowhere.csv cannot be read: "),
        "{}",
        said.err
    );
}

#[test]
fn a_file_without_our_header_is_refused() {
    let office = Office::new();
    std::fs::write(
        office.path("x.csv"),
        shipped().replacen("officer", "police", 1),
    )
    .unwrap();
    for keep_going in [
        &["import", "x.csv"][..],
        &["import", "x.csv", "--keep-going"],
    ] {
        let said = office.run(keep_going);
        assert!(!said.ok);
        assert!(
            said.err
                .starts_with("x.csv:1: the header names a column `police`"),
            "{}",
            said.err
        );
    }
}

#[test]
fn a_damaged_store_is_said_so() {
    let office = Office::new();
    std::fs::write(
        office.path("fines.db"),
        "this is no database, and never was one",
    )
    .unwrap();
    let said = office.run(&["import", &office.file("1.csv", strs(&first(1)))]);
    assert!(!said.ok);
    assert!(
        said.err.starts_with("error: the store cannot serve: "),
        "{}",
        said.err
    );
}

#[test]
fn an_import_that_stores_nothing_says_nothing_of_what_is_stored() {
    let office = Office::new();
    let file = office.file("bad.csv", ["nonsense"]);
    let said = office.run(&["import", &file]);
    assert!(!said.ok);
    assert_eq!(said.out, "0 new events, 0 already there\n");
}

#[test]
fn a_problem_that_stops_every_import_does_not_advise_to_keep_going() {
    let office = Office::new();
    std::fs::write(office.path("empty.csv"), "").unwrap();
    let said = office.run(&["import", "empty.csv"]);
    assert_eq!(
        said.err,
        "empty.csv:1: the file is empty; it has to start with a header that names the columns\n"
    );
    let nonsense = office.file("bad.csv", ["nonsense"]);
    let said = office.run(&["import", &nonsense, "--keep-going"]);
    assert!(!said.err.contains("--keep-going"), "{}", said.err);
}
