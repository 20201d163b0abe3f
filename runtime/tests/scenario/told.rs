use insta::assert_snapshot;

use crate::account::*;
use crate::failure;

#[test]
fn repetitions_are_told() {
    let message = failure(|| {
        Account::given_snapshot(Account {
            cents: 40,
            ..Account::default()
        })
        .when_command(withdraw(30))
        .when_again(2)
        .then([Withdrawn { cents: 30 }, Withdrawn { cents: 30 }])
    });
    assert_snapshot!(message, @r#"
    the recorded events differ from the expected ones

    given  the snapshot Account { owner: None, cents: 40, closed: false }
    when   Withdraw { account: "ada", cents: 30, request: None }, 3 times, of which 2 rejected
    then     Withdrawn { cents: 30 }
           - Withdrawn { cents: 30 }
             the last run was rejected: InsufficientFunds { cents: 10 }
           - expected  + recorded
    "#);
}

#[test]
fn repetitions_that_were_all_taken_are_counted_only() {
    let message = failure(|| {
        Account::given_nothing()
            .when(|account| account.deposit(5))
            .when_again(1)
            .then(deposited(5))
    });
    assert!(
        message.contains("\nwhen   a closure, 2 times\n"),
        "{message}"
    );
}

#[test]
fn the_last_of_many_given_events_are_shown() {
    let history: Vec<_> = (1..=42).map(|cents| Withdrawn { cents }).collect();
    let shown = |history: &[Withdrawn]| {
        let history: Vec<_> = [deposited(1000).into()]
            .into_iter()
            .chain(history.iter().cloned().map(AccountEvent::from))
            .collect();
        failure(|| {
            Account::given(history)
                .when(|_| Ok::<_, ()>(()))
                .then(deposited(1))
        })
    };
    let message = shown(&history);
    let expected = "\ngiven  3 events, and\n       Withdrawn { cents: 3 }\n";
    assert!(message.contains(expected), "{message}");
    assert!(message.contains("       Withdrawn { cents: 42 }\nwhen"));
    assert!(shown(&history[..39]).contains("\ngiven  Deposited"));
}
