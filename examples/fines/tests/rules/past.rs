//! What former releases have stored is decided on as what happens today.

use fines::domain::{Cents, Entry, Fine, FineDismissed, Rejection};

use crate::fixture::{create, created, enter, paid_at_last, pay, today};

/// As releases 0 to 2 stored it.
const CREATED: &str = r#"{"on":"2007-03-09","amount":3600,"paid":0,"article":157,"vehicle_class":"A","points":0,"officer":561,"dismissal":"5"}"#;

#[test]
fn a_fine_that_was_created_is_one_that_was_written_and_dismissed() {
    let stored = || Fine::given_stored([("fine.created", 1, CREATED)]);
    stored()
        .when_command(enter(create(3600, 0)))
        .then_error(Rejection::Twice {
            activity: create(3600, 0).activity(),
        });
    stored()
        .when_command(pay(2000))
        .then(paid_at_last(2000, 2000));
}

#[test]
fn a_fine_that_is_dismissed_when_it_is_written_is_two_facts() {
    let mut dismissed = create(3600, 0);
    if let Entry::CreateFine { dismissal, .. } = &mut dismissed {
        *dismissal = Some("5".to_owned());
    }
    let code = "5".to_owned();
    let on = today();
    Fine::given_nothing()
        .when_command(enter(dismissed))
        .then((created(), FineDismissed { on, code }));
}

#[test]
fn the_result_was_told_under_another_name() {
    let told = r#"{"on":"2007-03-09"}"#;
    let stored = [
        ("fine.created", 1, CREATED),
        ("fine.offender-told-result", 1, told),
    ];
    Fine::given_stored(stored)
        .when_command(enter(Entry::NotifyResultAppealToOffender))
        .then_error(Rejection::Twice {
            activity: Entry::NotifyResultAppealToOffender.activity(),
        });
}

#[test]
fn a_payment_that_the_first_release_stored_counts_in_full() {
    let paid = r#"{"on":"2007-03-09","total":2000}"#;
    let stored = [
        ("fine.created", 1, CREATED),
        ("fine.payment-received", 1, paid),
    ];
    Fine::given_stored(stored)
        .when_command(pay(3600))
        .then(paid_at_last(1600, 3600));
    let total = Cents(1999);
    let paid = Cents(2000);
    Fine::given_stored(stored)
        .when_command(pay(1999))
        .then_error(Rejection::PaidFell { paid, total });
}
