use factum::{CommandId, Context, Timestamp, Uuid, partial};

use crate::account::*;

#[test]
fn an_account_cannot_be_overdrawn() {
    Account::given((opened("Ada"), deposited(100)))
        .when(|account| account.withdraw(130))
        .then_error(AccountError::InsufficientFunds { cents: 100 })
        .then_error_matching(|error| matches!(error, AccountError::InsufficientFunds { .. }))
        .then_state(|account| assert_eq!(account.cents, 100));
}

#[test]
fn what_is_recorded_changes_the_state() {
    Account::given((opened("Ada"), deposited(100)))
        .when(|account| account.withdraw(30))
        .then(Withdrawn { cents: 30 })
        .then_state(|account| assert_eq!(account.cents, 70));
}

#[test]
fn a_command_is_a_request_too() {
    Account::given(deposited(100))
        .when_command(withdraw(30))
        .then(Withdrawn { cents: 30 });
}

#[test]
fn nothing_may_be_recorded() {
    Account::given_nothing()
        .when(|account| account.deposit(0))
        .then_nothing()
        .then(());
}

#[test]
fn others_may_stand_between_what_is_contained() {
    Account::given_nothing()
        .when(|_| {
            Ok::<_, ()>((
                opened("Ada"),
                deposited(5),
                deposited(6),
                Withdrawn { cents: 1 },
            ))
        })
        .then_contains((opened("Ada"), deposited(6)))
        .then_contains(Withdrawn { cents: 1 })
        .then_contains(());
}

#[test]
fn only_named_fields_are_matched() {
    let owner = String::from("Ada");
    Account::given_nothing()
        .when(|_| Ok::<_, ()>((opened("Ada"), deposited(5))))
        .then_matching([
            partial!(Opened { owner }),
            partial!(Deposited {
                cents: 5,
                slip: Slip::default()
            }),
        ])
        .then_matching([
            partial!(Opened {
                owner: "Ada".into()
            }),
            partial!(Deposited {}),
        ]);
}

#[test]
fn stored_rows_are_read_through_their_upcast_steps() {
    let rows = [
        ("account.opened", 1, r#"{"owner":"Ada"}"#),
        ("account.opened", 2, r#"{"owner":"Eve","currency":"CHF"}"#),
        (
            "account.deposited",
            1,
            r#"{"cents":5,"slip":{"till":7,"notes":[]}}"#,
        ),
    ];
    Account::given_stored(rows)
        .when(|account| account.withdraw(5))
        .then(Withdrawn { cents: 5 })
        .then_state(|account| assert_eq!(account.owner.as_deref(), Some("Eve")));
}

#[test]
fn a_snapshot_stands_for_a_history() {
    let state = Account {
        cents: 100,
        ..Account::default()
    };
    let then = Account::given_snapshot(state).when(|account| account.withdraw(30));
    assert_eq!(then.state().cents, 70);
    assert_eq!(then.events(), [Withdrawn { cents: 30 }.into()]);
}

#[test]
fn time_stands_still_and_ids_count() {
    let at = "2026-03-04T05:06:07Z";
    let time: Timestamp = at.parse().unwrap();
    let number = Uuid::from_u128(0x7000_8000_0000_0000_0001);
    Account::given_nothing()
        .at(at)
        .when_with(Account::close)
        .then(Closed { number, at: time })
        .then_metadata(|metadata| assert_eq!(metadata.occurred_at, time));
    Account::given_nothing()
        .at(time)
        .when_with(Account::close)
        .then_matching([partial!(Closed { at: time })]);
    Account::given_nothing()
        .when_with(Account::close)
        .then_matching([partial!(Closed {
            at: "2026-01-01T00:00:00Z".parse().unwrap()
        })]);
}

#[test]
fn a_command_that_says_no_time_occurs_when_it_is_made() {
    let time: Timestamp = "2026-03-04T05:06:07Z".parse().unwrap();
    Account::given(deposited(100))
        .at(time)
        .when_command(withdraw(30))
        .then_metadata(|metadata| assert_eq!(metadata.occurred_at, time));
}

#[test]
fn metadata_is_what_a_repository_would_write() {
    let id = CommandId::named("slip 77");
    let context = Context::new()
        .actor("ada")
        .tenant("north")
        .extra("till", "3");
    Account::given(deposited(100))
        .with(context)
        .when_command(withdraw_once(30, "slip 77"))
        .then_metadata(|metadata| {
            assert_eq!(metadata.actor.as_deref(), Some("ada"));
            assert_eq!(metadata.tenant.as_deref(), Some("north"));
            assert_eq!(metadata.extra["till"], "3");
            assert_eq!(metadata.causation_id, Some(id.get()));
            assert_eq!(metadata.correlation_id, id.get());
            assert_eq!(metadata.command.map(|stamp| stamp.id), Some(id));
        });
}

#[test]
fn a_request_is_part_of_what_it_came_with() {
    let (correlation, cause) = (Uuid::from_u128(7), Uuid::from_u128(8));
    let context = Context::new().actor("ada");
    Account::given(deposited(100))
        .with(context.correlation(correlation).causation(cause))
        .when(|account| account.withdraw(30))
        .then_metadata(|metadata| {
            assert_eq!(metadata.correlation_id, correlation);
            assert_eq!(metadata.causation_id, Some(cause));
            assert_eq!(metadata.actor.as_deref(), Some("ada"));
        });
}

#[test]
fn a_request_without_an_id_is_decided_again() {
    Account::given(deposited(100))
        .when_command(withdraw(30))
        .when_again(2)
        .then([
            Withdrawn { cents: 30 },
            Withdrawn { cents: 30 },
            Withdrawn { cents: 30 },
        ])
        .then_state(|account| assert_eq!(account.cents, 10));
}

#[test]
fn a_request_with_an_id_records_once() {
    Account::given(deposited(100))
        .when_command(withdraw_once(30, "slip 77"))
        .when_again(2)
        .then(Withdrawn { cents: 30 })
        .and_when_command(withdraw_once(30, "slip 77"))
        .then_nothing()
        .and_when_command(withdraw_once(30, "slip 78"))
        .then(Withdrawn { cents: 30 });
}

#[test]
fn a_rejected_request_with_an_id_is_decided_again() {
    Account::given_nothing()
        .when_command(withdraw_once(30, "slip 77"))
        .then_error(AccountError::InsufficientFunds { cents: 0 })
        .and_when(|account| account.deposit(30))
        .then(deposited(30))
        .and_when_command(withdraw_once(30, "slip 77"))
        .then(Withdrawn { cents: 30 });
}

#[test]
fn a_redelivery_may_be_rejected_by_the_state() {
    Account::given(deposited(40))
        .when(|account| account.withdraw(30))
        .when_again(1)
        .then_error(AccountError::InsufficientFunds { cents: 10 })
        .then(Withdrawn { cents: 30 });
}

#[test]
fn a_scenario_goes_on_from_what_was_recorded() {
    let later = "2026-01-04T00:00:00Z";
    Account::given_nothing()
        .when(|account| account.deposit(100))
        .then(deposited(100))
        .and_when_command(withdraw(30))
        .then(Withdrawn { cents: 30 })
        .and_at(later)
        .and_with(Context::new().actor("eve"))
        .and_when_with(Account::close)
        .then_matching([partial!(Closed {
            at: later.parse().unwrap()
        })])
        .then_metadata(|metadata| assert_eq!(metadata.actor.as_deref(), Some("eve")))
        .and_when(|account| account.deposit(1))
        .then_error(AccountError::Closed)
        .then_state(|account| assert_eq!(account.cents, 70));
}

#[test]
fn a_request_may_borrow_from_its_test() {
    let amounts = [10, 20];
    let mut asked = 0;
    Account::given(deposited(100))
        .when(|account| {
            asked += 1;
            amounts
                .iter()
                .map(|cents| account.withdraw(*cents))
                .collect::<Result<Vec<_>, _>>()
        })
        .when_again(1)
        .then([10, 20, 10, 20].map(|cents| Withdrawn { cents }));
    assert_eq!((asked, amounts.len()), (2, 2));
}

#[test]
fn a_long_history_is_checked_in_reasonable_time() {
    let history: Vec<_> = (0..5000).map(|_| deposited(1)).collect();
    Account::given(history)
        .when(|account| account.withdraw(5000))
        .then(Withdrawn { cents: 5000 });
}
