//! How a file is read: lines, identities, and what is refused.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::collections::HashSet;

use factum::CommandId;
use fines::domain::{Cents, Entry};
use fines::rows::{COLUMNS, Malformed, Row, Rows};

const SEND: &str = "A1,Send Fine,2006-12-05,,11.0,,,,,,,,,";
const PAY: &str = "A1,Payment,2006-12-06,,,110.0,11.0,,,,,,,";

fn file(rows: &[&str]) -> String {
    let mut file = COLUMNS.join(",");
    for row in rows {
        file.push('\n');
        file.push_str(row);
    }
    file
}

fn read(file: &str) -> Vec<Result<Row, Malformed>> {
    Rows::new(file.as_bytes()).unwrap().collect()
}

fn good(file: &str) -> Vec<Row> {
    read(file).into_iter().map(Result::unwrap).collect()
}

fn ids(file: &str) -> Vec<CommandId> {
    good(file).into_iter().map(|row| row.command.row).collect()
}

/// What is wrong with the only row.
fn problem(row: &str) -> String {
    let file = file(&[row]);
    let mut rows = read(&file);
    assert_eq!(rows.len(), 1, "{row}");
    let malformed = rows.remove(0).unwrap_err();
    assert_eq!(malformed.line, 2, "{malformed}");
    malformed.to_string()
}

fn header_problem(header: &str) -> String {
    Rows::new(header.as_bytes()).unwrap_err().to_string()
}

#[test]
fn reads_what_the_activity_says() {
    let rows = good(&file(&[SEND]));
    assert_eq!(rows[0].line, 2);
    assert_eq!(rows[0].command.fine.to_string(), "A1");
    assert_eq!(rows[0].command.on.to_string(), "2006-12-05");
    assert_eq!(
        rows[0].command.entry,
        Entry::SendFine {
            expense: Cents(1100)
        }
    );
}

#[test]
fn identity_is_the_content_and_not_the_place() {
    let (mut one, mut other) = (ids(&file(&[SEND, PAY])), ids(&file(&[PAY, SEND])));
    assert_ne!(one, other);
    one.sort();
    other.sort();
    assert_eq!(one, other);
}

#[test]
fn equal_rows_are_told_apart_by_their_number() {
    let ids = ids(&file(&[PAY, SEND, PAY, PAY]));
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 4);
    let again = good(&file(&[SEND, PAY, PAY, PAY]));
    let again = again
        .into_iter()
        .map(|row| row.command.row)
        .collect::<HashSet<_>>();
    assert_eq!(ids.into_iter().collect::<HashSet<_>>(), again);
}

#[test]
fn every_column_belongs_to_the_identity() {
    let rows = [
        PAY,
        "A2,Payment,2006-12-06,,,110.0,11.0,,,,,,,",
        "A1,Payment,2006-12-07,,,110.0,11.0,,,,,,,",
        "A1,Payment,2006-12-06,,,11.0,11.0,,,,,,,",
        "A1,Payment,2006-12-06,,,110.0,11.00,,,,,,,",
    ];
    let ids = ids(&file(&rows));
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), rows.len());
}

#[test]
fn the_order_of_the_columns_is_no_part_of_the_identity() {
    let mut columns = COLUMNS;
    columns.reverse();
    let reversed = SEND.split(',').rev().collect::<Vec<_>>().join(",");
    assert_eq!(
        ids(&format!("{}\n{reversed}", columns.join(","))),
        ids(&file(&[SEND]))
    );
}

#[test]
fn quotes_and_line_ends_are_no_part_of_the_identity() {
    let quoted = SEND.replace("Send Fine", "\"Send Fine\"");
    let crlf = format!("{}\r\n", file(&[&quoted]).replace('\n', "\r\n"));
    assert_eq!(ids(&crlf), ids(&file(&[SEND])));
    assert_eq!(
        ids(&format!("\u{feff}{}", file(&[SEND]))),
        ids(&file(&[SEND]))
    );
}

#[test]
fn lines_are_counted_past_empty_ones_and_quoted_line_ends() {
    let rows = [
        "",
        SEND,
        "",
        "",
        "\"A\n1\",Send Fine,2006-12-05,,11.0,,,,,,,,,",
        SEND,
        "nonsense",
        PAY,
    ];
    for (end, file) in [
        ("\n", file(&rows)),
        ("\r\n", file(&rows).replace('\n', "\r\n")),
    ] {
        let lines = read(&file).into_iter().map(|row| match row {
            Ok(row) => (row.line, true),
            Err(malformed) => (malformed.line, false),
        });
        let expected = [(3, true), (6, true), (8, true), (9, false), (10, true)];
        assert_eq!(lines.collect::<Vec<_>>(), expected, "{end:?}");
    }
}

#[test]
fn a_file_with_a_header_alone_holds_no_rows() {
    assert!(read(&file(&[])).is_empty());
    assert!(read(&format!("{}\n", file(&[]))).is_empty());
}

#[test]
fn refuses_a_header_that_does_not_fit() {
    assert!(header_problem("").contains("the file is empty"));
    assert_eq!(
        header_problem(&COLUMNS[..13].join(",")),
        "the header does not name the column `officer`"
    );
    let unknown = format!("{},colour", COLUMNS.join(","));
    assert_eq!(
        header_problem(&unknown),
        "the header names a column `colour`, which means nothing here"
    );
    let twice = format!("{},date", COLUMNS.join(","));
    assert_eq!(
        header_problem(&twice),
        "the header names the column `date` twice"
    );
    assert_eq!(Rows::new(b"\n\nfine_id").unwrap_err().line, 3);
}

#[test]
fn refuses_rows_of_another_shape() {
    assert_eq!(
        problem("A1,Send Fine"),
        "the row has 2 columns, and the header has 14"
    );
    assert_eq!(
        problem(&format!("{SEND},")),
        "the row has 15 columns, and the header has 14"
    );
}

#[test]
fn refuses_unknown_activities_and_lists_the_known() {
    let message = problem(&SEND.replace("Send Fine", "send fine"));
    assert!(message.starts_with("`send fine` is not an activity; known are `Create Fine`, "));
    assert!(message.ends_with("`Appeal to Judge`"));
}

#[test]
fn refuses_what_cannot_name_a_stream() {
    assert!(problem(&SEND.replace("A1", "")).contains("its id is empty"));
    assert!(problem(&SEND.replace("A1", &"A".repeat(2000))).contains("at most 1024"));
}

#[test]
fn refuses_amounts_numbers_and_days_that_are_none() {
    assert!(problem(&SEND.replace("11.0", "11,0")).contains("15 columns"));
    assert!(
        problem(&SEND.replace("11.0", "eleven")).contains("`expense`: `eleven` is not an amount")
    );
    assert!(
        problem(&SEND.replace("2006-12-05", "2006-02-30")).contains("`2006-02-30` is not a day")
    );
    let create = "A1,Create Fine,2006-07-24,35.0,,,0.0,157.0,A,NIL,,,0.5,561";
    assert!(problem(create).contains("`points`: `0.5` is not a whole number"));
    assert!(problem(&create.replace("0.5", "+1")).contains("`+1` is not a whole number"));
}

#[test]
fn refuses_an_empty_column_that_the_activity_needs() {
    assert_eq!(
        problem(&SEND.replace("11.0", "")),
        "`expense` is empty, and `Send Fine` needs it"
    );
}

#[test]
fn refuses_content_that_the_activity_has_no_place_for() {
    assert_eq!(
        problem("A1,Send Fine,2006-12-05,35.0,11.0,,,,,,,,,"),
        "`amount` holds `35.0`, which has no meaning for `Send Fine`"
    );
}

#[test]
fn refuses_bytes_that_are_no_text_and_reads_on() {
    let mut bytes = file(&[SEND, "A1,Send Fine,2006-12-05,,?,,,,,,,,,", SEND]).into_bytes();
    let at = bytes.iter().position(|byte| *byte == b'?').unwrap();
    bytes[at] = 0xff;
    let rows = Rows::new(&bytes).unwrap().collect::<Vec<_>>();
    let malformed = rows[1].as_ref().unwrap_err();
    assert_eq!(
        (malformed.line, malformed.to_string().as_str()),
        (3, "`expense` is not UTF-8")
    );
    assert_eq!(rows[2].as_ref().unwrap().line, 4);
}

#[test]
fn a_negative_amount_is_for_the_rules_to_reject() {
    let rows = good(&file(&[&SEND.replace("11.0", "-11.0")]));
    assert_eq!(
        rows[0].command.entry,
        Entry::SendFine {
            expense: Cents(-1100)
        }
    );
}
