//! What the office allows, and what it does not: each rule accepts and rejects.

use factum::{CommandId, IntoEvents};
use fines::domain::{
    Activity, AppealedToJudge, Cents, Day, Enter, Entry, Fine, FineCreated, FineEvent,
    FineNotified, FineSent, OffenderToldResult, PaymentReceived, PenaltyAdded,
    PrefectureAppealDated, PrefectureAppealSent, PrefectureResultReceived, Rejection,
    SentForCollection,
};

fn day(day: &str) -> Day {
    day.parse().unwrap()
}

/// The day of what was before, and of most of what is asked for.
fn today() -> Day {
    day("2007-03-20")
}

fn enter_on(on: Day, entry: Entry) -> Enter {
    Enter {
        row: CommandId::named("row"),
        fine: "A1".to_owned().into(),
        on,
        entry,
    }
}

fn enter(entry: Entry) -> Enter {
    enter_on(today(), entry)
}

fn create(amount: i64, paid: i64) -> Entry {
    Entry::CreateFine {
        amount: Cents(amount),
        paid: Cents(paid),
        article: 157,
        vehicle_class: "A".into(),
        points: 0,
        officer: 561,
        dismissal: None,
    }
}

/// A fine of 36.00.
fn created() -> FineCreated {
    FineCreated {
        on: today(),
        amount: Cents(3600),
        paid: Cents(0),
        article: 157,
        vehicle_class: "A".into(),
        points: 0,
        officer: 561,
        dismissal: None,
    }
}

/// For a postage of 13.00.
fn sent() -> FineSent {
    FineSent {
        on: today(),
        expense: Cents(1300),
    }
}

fn notified() -> FineNotified {
    FineNotified {
        on: today(),
        notification_type: "P".into(),
        last_sent: None,
    }
}

fn penalty() -> PenaltyAdded {
    PenaltyAdded {
        on: today(),
        amount: Cents(7400),
    }
}

fn paid(total: i64) -> PaymentReceived {
    PaymentReceived {
        on: today(),
        total: Cents(total),
    }
}

fn pay(total: i64) -> Enter {
    enter(Entry::Payment {
        total: Cents(total),
    })
}

fn collect() -> Enter {
    enter(Entry::SendForCreditCollection)
}

/// One of each activity but the first.
fn others() -> [Entry; 10] {
    [
        Entry::SendFine {
            expense: Cents(1300),
        },
        Entry::InsertFineNotification {
            notification_type: "P".into(),
            last_sent: None,
        },
        Entry::AddPenalty {
            amount: Cents(7400),
        },
        Entry::Payment { total: Cents(100) },
        Entry::SendForCreditCollection,
        Entry::InsertDateAppealToPrefecture,
        Entry::SendAppealToPrefecture {
            dismissal: Some("#".into()),
        },
        Entry::ReceiveResultAppealFromPrefecture,
        Entry::NotifyResultAppealToOffender,
        Entry::AppealToJudge {
            dismissal: None,
            officer: 0,
        },
    ]
}

/// A fine to which everything has happened.
fn everything() -> impl IntoEvents<FineEvent> {
    let on = today();
    let appeals = (
        PrefectureAppealDated { on },
        PrefectureAppealSent {
            on,
            dismissal: Some("#".into()),
        },
        PrefectureResultReceived { on },
        OffenderToldResult { on },
        AppealedToJudge {
            on,
            dismissal: None,
            officer: 0,
        },
    );
    let money = (penalty(), paid(100), SentForCollection { on });
    (created(), sent(), notified(), money, appeals)
}

fn history() -> Vec<FineEvent> {
    let mut events = Vec::new();
    everything().into_events(&mut events);
    events
}

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
            given.when_command(command).then(paid(100));
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
fn the_total_paid_stays_or_rises() {
    let given = || Fine::given((created(), paid(2000)));
    given().when_command(pay(2000)).then(paid(2000));
    given().when_command(pay(3600)).then(paid(3600));
    given()
        .when_command(pay(1999))
        .then_error(Rejection::PaidFell {
            paid: Cents(2000),
            total: Cents(1999),
        });
}

#[test]
fn at_most_a_hundred_too_much_may_be_paid() {
    let given = || Fine::given((created(), sent()));
    given().when_command(pay(14_900)).then(paid(14_900));
    given()
        .when_command(pay(14_901))
        .then_error(Rejection::Overpaid {
            total: Cents(14_901),
            owed: Cents(4900),
        });
}

#[test]
fn a_penalty_counts_in_place_of_the_amount() {
    Fine::given((created(), sent(), notified(), penalty()))
        .when_command(pay(18_701))
        .then_error(Rejection::Overpaid {
            total: Cents(18_701),
            owed: Cents(8700),
        });
}

#[test]
fn what_is_paid_on_the_spot_obeys_the_same_rule() {
    Fine::given_nothing()
        .when_command(enter(create(3600, 13_600)))
        .then(FineCreated {
            paid: Cents(13_600),
            ..created()
        });
    Fine::given_nothing()
        .when_command(enter(create(3600, 13_601)))
        .then_error(Rejection::Overpaid {
            total: Cents(13_601),
            owed: Cents(3600),
        });
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
fn a_penalty_is_at_least_the_amount_in_force() {
    let given = || Fine::given((created(), sent(), notified()));
    let add = |amount| {
        enter(Entry::AddPenalty {
            amount: Cents(amount),
        })
    };
    given().when_command(add(3600)).then(PenaltyAdded {
        on: today(),
        amount: Cents(3600),
    });
    given()
        .when_command(add(3599))
        .then_error(Rejection::PenaltyBelow {
            amount: Cents(3599),
            in_force: Cents(3600),
        });
}

#[test]
fn only_what_is_owed_is_collected() {
    let given = |total| Fine::given((created(), sent(), notified(), penalty(), paid(total)));
    given(8699)
        .when_command(collect())
        .then(SentForCollection { on: today() });
    for total in [8700, 8701] {
        given(total)
            .when_command(collect())
            .then_error(Rejection::FullyPaid {
                paid: Cents(total),
                owed: Cents(8700),
            });
    }
}

#[test]
fn no_amount_is_negative() {
    let given = || Fine::given((created(), sent(), notified()));
    let negative = |what, amount| Rejection::Negative {
        what,
        amount: Cents(amount),
    };
    Fine::given_nothing()
        .when_command(enter(create(-1, 0)))
        .then_error(negative("amount", -1));
    Fine::given_nothing()
        .when_command(enter(create(3600, -1)))
        .then_error(negative("total paid", -1));
    Fine::given(created())
        .when_command(enter(Entry::SendFine { expense: Cents(-5) }))
        .then_error(negative("expense", -5));
    given()
        .when_command(enter(Entry::AddPenalty { amount: Cents(-1) }))
        .then_error(negative("penalty", -1));
    given()
        .when_command(pay(-1))
        .then_error(negative("total paid", -1));
    Fine::given_nothing()
        .when_command(enter(create(0, 0)))
        .then(FineCreated {
            amount: Cents(0),
            ..created()
        });
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
