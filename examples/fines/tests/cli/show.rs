//! One fine as a story.

use serde_json::{Value, json};

use crate::office::{Office, first, strs};

fn office() -> Office {
    let office = Office::new();
    office.out(&["import", &office.file("10.csv", strs(&first(10)))]);
    office
}

#[test]
fn a_fine_is_told_as_a_timeline_and_its_state() {
    insta::assert_snapshot!(office().out(&["show", "A10001"]), @r"
    fine A10001

    2007-03-19  Create Fine                           36.00 EUR, article 157, vehicle class A, points 0, officer 537
    2007-07-17  Send Fine                             postage 13.00 EUR
    2007-07-25  Insert Fine Notification              type P, last sent P
    2007-08-02  Insert Date Appeal to Prefecture
    2007-09-23  Add penalty                           now 74.00 EUR
    2007-09-24  Send Appeal to Prefecture             dismissed (#)

    amount           74.00 EUR
    postage          13.00 EUR
    paid              0.00 EUR
    outstanding      87.00 EUR
    appealed
    ");
}

#[test]
fn a_paid_fine_says_so() {
    insta::assert_snapshot!(office().out(&["show", "A10005"]), @r"
    fine A10005

    2007-03-20  Create Fine                           36.00 EUR, article 157, vehicle class A, points 0, officer 537
    2007-03-21  Payment                               36.00 EUR paid in all

    amount           36.00 EUR
    postage           0.00 EUR
    paid             36.00 EUR
    outstanding       0.00 EUR
    fully paid
    ");
}

#[test]
fn an_earlier_day_shows_the_fine_as_it_was() {
    insta::assert_snapshot!(office().out(&["show", "A10001", "--as-of", "2007-07-17"]), @r"
    fine A10001

    2007-03-19  Create Fine                           36.00 EUR, article 157, vehicle class A, points 0, officer 537
    2007-07-17  Send Fine                             postage 13.00 EUR

    amount           36.00 EUR
    postage          13.00 EUR
    paid              0.00 EUR
    outstanding      49.00 EUR
    ");
}

#[test]
fn before_its_creation_nothing_had_happened() {
    let office = office();
    let before = ["show", "A10001", "--as-of", "2007-03-18"];
    insta::assert_snapshot!(office.out(&before), @r"
    fine A10001

    nothing had happened by then
    ");
    let out = office.out(&[&before[..], &["--json"]].concat());
    let shown: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        shown,
        json!({ "fine": "A10001", "events": [], "state": null })
    );
}

#[test]
fn json_holds_events_and_state() {
    let out = office().out(&["show", "A10001", "--json", "--as-of", "2007-07-17"]);
    let shown: Value = serde_json::from_str(&out).unwrap();
    let event = |at: usize, name| shown["events"][at][name].clone();
    assert_eq!(shown["events"].as_array().unwrap().len(), 2);
    assert_eq!(event(1, "activity"), "Send Fine");
    assert_eq!(event(1, "date"), "2007-07-17");
    assert_eq!(
        event(1, "event"),
        json!({ "on": "2007-07-17", "expense": 1300 })
    );
    assert_eq!(
        shown["state"],
        json!({
            "amount_cents": 3600,
            "expense_cents": 1300,
            "paid_cents": 0,
            "outstanding_cents": 4900,
            "fully_paid": false,
            "in_collection": false,
            "appealed": false,
        })
    );
}

#[test]
fn an_unknown_fine_is_said_to_be_unknown() {
    let said = office().run(&["show", "A0"]);
    assert!(!said.ok && said.out.is_empty());
    assert_eq!(said.err, "error: there is no fine `A0` in fines.db\n");
}

#[test]
fn an_error_says_each_thing_once() {
    let said = office().run(&["show", ""]);
    assert!(!said.ok && said.out.is_empty());
    assert_eq!(
        said.err,
        "error: the fine cannot be read: `fine-` cannot name a stream: its id is empty\n"
    );
}
