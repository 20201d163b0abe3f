use factum::testing::EventsSnapshot;
use factum::{Recorded, Uuid, assert_events_snapshot};

use crate::account::{Account, AccountEvent, Closed, Withdrawn, deposited, opened};

fn closed(number: u128, at: &str) -> AccountEvent {
    Closed {
        number: Uuid::from_u128(number),
        at: at.parse().unwrap(),
    }
    .into()
}

#[test]
fn an_outcome_is_shown_field_by_field() {
    let mut wet = deposited(5);
    wet.slip.till = Some(7);
    wet.slip.notes = vec!["wet".into(), "torn: twice".into()];
    let then = Account::given_nothing()
        .when(|_| Ok::<_, ()>((opened("Ada"), wet.clone(), Withdrawn { cents: 1 })));
    assert_events_snapshot!(then, @r#"
    - account.opened v2:
        owner: Ada
        currency: EUR
    - account.deposited v1:
        cents: 5
        slip:
          till: 7
          notes:
            - wet
            - "torn: twice"
    - account.withdrawn v1:
        cents: 1
    "#);
}

#[test]
fn the_same_id_and_time_stay_visible() {
    let (now, later) = ("2026-01-02T03:04:05Z", "2026-01-02T03:04:06Z");
    let events = [closed(1, now), closed(2, now), closed(1, later)];
    assert_events_snapshot!(events, @"
    - account.closed v1:
        number: [uuid#1]
        at: [time#1]
    - account.closed v1:
        number: [uuid#2]
        at: [time#1]
    - account.closed v1:
        number: [uuid#1]
        at: [time#2]
    ");
    assert_events_snapshot!(&events[..1], @"
    - account.closed v1:
        number: [uuid#1]
        at: [time#1]
    ");
}

#[test]
fn a_rejection_and_nothing_are_shown() {
    let then = Account::given_nothing().when(|account| account.withdraw(1));
    assert_events_snapshot!(then, @"rejected: InsufficientFunds { cents: 0 }");
    let then = Account::given_nothing().when(|account| account.deposit(0));
    assert_events_snapshot!(then, @"[]");
}

#[test]
fn what_was_recorded_before_a_rejection_is_shown() {
    let then = Account::given(deposited(40)).when(|account| account.withdraw(30));
    assert_events_snapshot!(then.when_again(1), @r"
    - account.withdrawn v1:
        cents: 30
    ");
}

#[test]
fn a_snapshot_may_lie_in_a_file() {
    let events: Vec<AccountEvent> = vec![deposited(5).into(), Withdrawn { cents: 5 }.into()];
    assert_events_snapshot!(events);
    assert_events_snapshot!("in_and_out", events);
}

#[test]
fn runs_with_other_ids_give_the_same_text() {
    let one = [
        closed(10, "2026-01-02T03:04:05Z"),
        closed(11, "2026-01-02T03:04:06Z"),
    ];
    let other = [
        closed(21, "2026-05-02T03:04:05Z"),
        closed(20, "2025-01-02T03:04:06Z"),
    ];
    assert_eq!(one.events_snapshot(), other.events_snapshot());
    let same = [
        closed(10, "2026-01-02T03:04:05Z"),
        closed(10, "2026-01-02T03:04:06Z"),
    ];
    assert_ne!(one.events_snapshot(), same.events_snapshot());
}

#[test]
fn recorded_events_are_taken_too() {
    let none: [Recorded<AccountEvent>; 0] = [];
    assert_events_snapshot!(none, @"[]");
}
