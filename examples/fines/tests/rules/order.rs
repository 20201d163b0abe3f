//! What may happen when, and how often.

use fines::domain::{
    Activity, AppealedToJudge, Cents, Entry, Fine, FineSent, PrefectureAppealDated,
    PrefectureResultReceived, Rejection,
};

use crate::fixture::{
    create, created, day, enter, enter_on, everything, history, notified, others, paid,
    paid_at_last, pay, penalty, sent, today,
};

#[test]
fn all_eleven_activities_may_happen_in_turn() {
    for (at, event) in history().into_iter().enumerate() {
        let before = history().into_iter().take(at).collect::<Vec<_>>();
        let entry = match at {
            0 => create(3600, 0),
            at => others()[at - 1].clone(),
        };
        Fine::given(before).when_command(enter(entry)).then(event);
    }
}

#[test]
fn nothing_may_happen_before_creation() {
    for entry in others() {
        let activity = entry.activity();
        Fine::given_nothing()
            .when_command(enter(entry))
            .then_error(Rejection::NotCreated { activity });
    }
}

#[test]
fn every_activity_but_payment_happens_only_once() {
    for entry in others().into_iter().chain([create(3600, 0)]) {
        let (activity, command) = (entry.activity(), enter(entry));
        let given = Fine::given(everything());
        if activity == Activity::Payment {
            given.when_command(command).then(paid_at_last(0, 100));
        } else {
            given
                .when_command(command)
                .then_error(Rejection::Twice { activity });
        }
    }
}

#[test]
fn dates_stay_or_rise() {
    for (on, accepted) in [
        ("2007-03-19", false),
        ("2007-03-20", true),
        ("2007-03-21", true),
    ] {
        let (on, last) = (day(on), today());
        let then = Fine::given(created()).when_command(enter_on(
            on,
            Entry::SendFine {
                expense: Cents(1300),
            },
        ));
        if accepted {
            then.then(FineSent { on, ..sent() });
        } else {
            then.then_error(Rejection::DateFell { on, last });
        }
    }
}

#[test]
fn an_event_occurred_on_the_day_of_its_row() {
    Fine::given_nothing()
        .when_command(enter(create(3600, 0)))
        .then_metadata(|metadata| assert_eq!(metadata.occurred_at, today().start()));
}

#[test]
fn some_activities_need_another_before() {
    let enough = || Fine::given((created(), sent(), notified(), penalty()));
    let [_, notify, add, _, collect, appeal, send_appeal, .., judge] = others();
    let early = [
        (notify, Activity::SendFine),
        (add, Activity::InsertFineNotification),
        (collect, Activity::AddPenalty),
        (send_appeal, Activity::InsertDateAppealToPrefecture),
        (judge.clone(), Activity::InsertFineNotification),
    ];
    for (entry, requires) in early {
        let activity = entry.activity();
        Fine::given(created())
            .when_command(enter(entry))
            .then_error(Rejection::TooEarly { activity, requires });
    }
    // With it, each is accepted; `all_eleven_activities_may_happen_in_turn` has the others.
    enough().when_command(enter(judge)).then(AppealedToJudge {
        on: today(),
        dismissal: None,
        officer: 0,
    });
    Fine::given(created())
        .when_command(enter(appeal))
        .then(PrefectureAppealDated { on: today() });
}

#[test]
fn a_result_may_be_in_the_log_before_the_appeal_was_passed_on() {
    let on = today();
    Fine::given((created(), PrefectureAppealDated { on }))
        .when_command(enter(Entry::ReceiveResultAppealFromPrefecture))
        .then(PrefectureResultReceived { on });
}

#[test]
fn a_row_that_comes_again_changes_nothing() {
    Fine::given(created())
        .when_command(pay(3600))
        .when_again(2)
        .then(paid(3600));
}

#[test]
fn a_rejection_says_what_and_why() {
    let last = today();
    let cases = [
        (
            Rejection::TooEarly {
                activity: Activity::AddPenalty,
                requires: Activity::InsertFineNotification,
            },
            "`Add penalty` cannot come before `Insert Fine Notification`",
        ),
        (
            Rejection::DateFell {
                on: day("2007-03-19"),
                last,
            },
            "2007-03-19 is before 2007-03-20, when something has already happened to this fine",
        ),
        (
            Rejection::Overpaid {
                total: Cents(14_901),
                owed: Cents(4900),
            },
            "the total paid of 149.01 is more than 100.00 above the 49.00 that are owed",
        ),
    ];
    for (rejection, message) in cases {
        assert_eq!(rejection.to_string(), message);
    }
}
