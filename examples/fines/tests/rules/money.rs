//! How much may be paid, added and collected.

use fines::domain::{Cents, Entry, Fine, FineWritten, PenaltyAdded, Rejection, SentForCollection};

use crate::fixture::{
    collect, create, created, enter, notified, paid, paid_at_last, pay, penalty, sent, today,
};

#[test]
fn the_total_paid_stays_or_rises() {
    let given = || Fine::given((created(), paid(2000)));
    given().when_command(pay(2000)).then(paid_at_last(0, 2000));
    given()
        .when_command(pay(3600))
        .then(paid_at_last(1600, 3600));
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
        .then(FineWritten {
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
        .then(FineWritten {
            amount: Cents(0),
            ..created()
        });
}
