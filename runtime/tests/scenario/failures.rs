use factum::{CommandId, Context, partial};
use insta::assert_snapshot;

use crate::account::*;
use crate::failure;

#[expect(clippy::unnecessary_wraps, reason = "a decision may always say no")]
fn three(_: &Account) -> Result<(Opened, Deposited, Withdrawn), AccountError> {
    Ok((opened("Ada"), deposited(5), Withdrawn { cents: 1 }))
}

#[test]
fn other_events_are_aligned_and_compared_by_field() {
    let mut expected = deposited(6);
    expected.slip.till = Some(7);
    expected.slip.notes.push("wet".into());
    let message = failure(|| {
        Account::given((opened("Ada"), deposited(100)))
            .when(three)
            .then((
                opened("Ada"),
                expected,
                Withdrawn { cents: 2 },
                Withdrawn { cents: 1 },
            ))
    });
    assert_snapshot!(message, @r#"
    the recorded events differ from the expected ones

    given  Opened { owner: "Ada", currency: "EUR" }
           Deposited { cents: 100, slip: Slip { till: None, notes: [] } }
    when   a closure
    then     Opened { owner: "Ada", currency: "EUR" }
           ~ Deposited
               cents:       - 6
                            + 5
               slip.till:   - Some(7)
                            + None
               slip.notes:  - ["wet"]
                            + []
           - Withdrawn { cents: 2 }
             Withdrawn { cents: 1 }
           - expected  + recorded
    "#);
}

#[test]
fn missing_and_extra_events_keep_their_places() {
    let message = failure(|| {
        Account::given_nothing()
            .when(three)
            .then((deposited(5), opened("Ada"), deposited(1)))
    });
    assert_snapshot!(message, @r#"
    the recorded events differ from the expected ones

    given  nothing
    when   a closure
    then   - Deposited { cents: 5, slip: Slip { till: None, notes: [] } }
             Opened { owner: "Ada", currency: "EUR" }
           ~ Deposited
               cents:  - 1
                       + 5
           + Withdrawn { cents: 1 }
           - expected  + recorded
    "#);
}

#[test]
fn a_rejection_is_shown_where_events_were_expected() {
    let message = failure(|| {
        Account::given(deposited(100))
            .when_command(withdraw(130))
            .then(Withdrawn { cents: 130 })
    });
    assert_snapshot!(message, @r#"
    expected 1 event, and the request was rejected

    given  Deposited { cents: 100, slip: Slip { till: None, notes: [] } }
    when   Withdraw { account: "ada", cents: 130, request: None }
    then   - Withdrawn { cents: 130 }
           + rejected: InsufficientFunds { cents: 100 }
    "#);
}

#[test]
fn a_rejection_is_not_nothing() {
    let message = failure(|| {
        Account::given_nothing()
            .when(|account| account.withdraw(1))
            .then_nothing()
    });
    assert_snapshot!(message, @"
    expected nothing to be recorded, and the request was rejected

    given  nothing
    when   a closure
    then   + rejected: InsufficientFunds { cents: 0 }
    ");
    failure(|| {
        Account::given_nothing()
            .when(|account| account.withdraw(1))
            .then(())
    });
    failure(|| {
        Account::given_nothing()
            .when(|account| account.withdraw(1))
            .then_contains(())
    });
    failure(|| {
        Account::given_nothing()
            .when(|account| account.withdraw(1))
            .then_matching([])
    });
}

#[test]
fn something_is_not_nothing() {
    let message = failure(|| Account::given_nothing().when(three).then_nothing());
    assert_snapshot!(message, @r#"
    expected nothing to be recorded

    given  nothing
    when   a closure
    then   + Opened { owner: "Ada", currency: "EUR" }
           + Deposited { cents: 5, slip: Slip { till: None, notes: [] } }
           + Withdrawn { cents: 1 }
    "#);
}

#[test]
fn what_is_not_contained_in_order_is_marked() {
    let message = failure(|| {
        Account::given_nothing()
            .when(three)
            .then_contains((deposited(5), opened("Ada")))
    });
    assert_snapshot!(message, @r#"
    the recorded events do not contain the expected ones in order

    given  nothing
    when   a closure
    then   - Deposited { cents: 5, slip: Slip { till: None, notes: [] } }
             Opened { owner: "Ada", currency: "EUR" }
             Deposited { cents: 5, slip: Slip { till: None, notes: [] } }
             Withdrawn { cents: 1 }
    "#);
}

#[test]
fn only_named_fields_are_compared() {
    let message = failure(|| {
        Account::given_nothing().when(three).then_matching([
            partial!(Opened {
                currency: "EUR".into()
            }),
            partial!(Deposited {
                cents: 6,
                slip: Slip {
                    till: Some(7),
                    notes: vec![]
                }
            }),
            partial!(Opened {
                owner: "Eve".into()
            }),
        ])
    });
    assert_snapshot!(message, @r#"
    the recorded events differ from the expected ones

    given  nothing
    when   a closure
    then     Opened { owner: "Ada", currency: "EUR" }
           ~ Deposited
               cents:      - 6
                           + 5
               slip.till:  - Some(7)
                           + None
           - Opened { owner: "Eve", .. }
           + Withdrawn { cents: 1 }
           - expected  + recorded
    "#);
}

#[test]
fn fewer_expectations_than_events_do_not_match() {
    failure(|| {
        Account::given_nothing()
            .when(three)
            .then_matching([partial!(Opened {})])
    });
}

#[test]
fn an_accepted_request_is_not_an_error() {
    let overdrawn = || AccountError::InsufficientFunds { cents: 100 };
    let message = failure(|| {
        Account::given(deposited(100))
            .when(three)
            .then_error(overdrawn())
    });
    assert_snapshot!(message, @r#"
    expected the rejection InsufficientFunds { cents: 100 }, and the request was accepted

    given  Deposited { cents: 100, slip: Slip { till: None, notes: [] } }
    when   a closure
    then   + Opened { owner: "Ada", currency: "EUR" }
           + Deposited { cents: 5, slip: Slip { till: None, notes: [] } }
           + Withdrawn { cents: 1 }
    "#);
    let message = failure(|| {
        Account::given_nothing()
            .when(|account| account.deposit(0))
            .then_error(overdrawn())
    });
    assert_snapshot!(message, @"
    expected the rejection InsufficientFunds { cents: 100 }, and the request was accepted

    given  nothing
    when   a closure
    then   nothing was recorded
    ");
}

#[derive(Debug, PartialEq)]
enum Refusal {
    Full(u8),
}

#[test]
fn another_error_is_compared_by_field() {
    let message = failure(|| {
        Account::given(deposited(100))
            .at("2026-01-02T03:04:05Z")
            .when_command(withdraw(130))
            .then_error(AccountError::InsufficientFunds { cents: 130 })
    });
    assert_snapshot!(message, @r#"
    the rejection differs from the expected one

    given  Deposited { cents: 100, slip: Slip { till: None, notes: [] } }
    at     2026-01-02T03:04:05Z
    when   Withdraw { account: "ada", cents: 130, request: None }
    then   cents:  - 130
                   + 100
    "#);
    let message = failure(|| {
        Account::given_nothing()
            .when(|_| Err::<(), _>(Refusal::Full(1)))
            .then_error(Refusal::Full(2))
    });
    assert_snapshot!(message, @"
    the rejection differs from the expected one

    given  nothing
    when   a closure
    then   - Full(2)
           + Full(1)
    ");
    let message = failure(|| {
        Account::given(deposited(100))
            .when_command(withdraw(130))
            .then_error_matching(|error| matches!(error, AccountError::Closed))
    });
    assert_snapshot!(message, @r#"
    the rejection is not one of those expected

    given  Deposited { cents: 100, slip: Slip { till: None, notes: [] } }
    when   Withdraw { account: "ada", cents: 130, request: None }
    then   InsufficientFunds { cents: 100 }
    "#);
}

#[test]
fn another_state_is_compared_by_field() {
    let given = || Account::given((opened("Ada"), deposited(100)));
    let after = |cents| Account {
        owner: Some("Ada".into()),
        cents,
        closed: false,
    };
    let when = || given().when(|account| account.withdraw(30));
    let message = failure(|| when().then_state_is(after(70)).then_state_is(after(130)));
    assert_snapshot!(message, @r#"
    the state differs from the expected one

    given  Opened { owner: "Ada", currency: "EUR" }
           Deposited { cents: 100, slip: Slip { till: None, notes: [] } }
    when   a closure
    then   cents:  - 130
                   + 70
    "#);
}

#[test]
fn an_id_is_for_one_command() {
    let message = failure(|| {
        Account::given(deposited(100))
            .when_command(withdraw_once(30, "slip 77"))
            .then(Withdrawn { cents: 30 })
            .and_when_command(withdraw_once(40, "slip 77"))
    });
    assert_snapshot!(message, @r#"
    command 4bf1c59d-40e6-585c-92a0-4203efc2f794 was already carried out with other content; a new command needs a new id

    given  Deposited { cents: 100, slip: Slip { till: None, notes: [] } }
           Withdrawn { cents: 30 }
    when   Withdraw { account: "ada", cents: 40, request: Some(CommandId(4bf1c59d-40e6-585c-92a0-4203efc2f794)) }
    "#);
}

#[test]
fn metadata_needs_something_recorded() {
    let message = failure(|| {
        Account::given_nothing()
            .with(Context::new().command_id(CommandId::named("slip 77")))
            .when(|account| account.deposit(0))
            .then_metadata(|_| ())
    });
    assert_snapshot!(message, @"
    nothing was recorded, so there is no metadata

    given  nothing
    when   a closure
    ");
}

#[test]
fn an_unreadable_row_is_shown() {
    let newer = ("account.opened", 3, r#"{"name":"Ada"}"#);
    let older = ("account.opened", 1, r#"{"owner":"Ada"}"#);
    assert_snapshot!(failure(|| Account::given_stored([older, newer])), @r#"
    the stored row 2 cannot be read: `account.opened` was stored as version 3, and this build reads versions 1 to 2; a newer release wrote it
      account.opened version 3: {"name":"Ada"}
    "#);
    let broken = ("account.deposited", 1, r#"{"cents":-5}"#);
    assert_snapshot!(failure(|| Account::given_stored([broken])), @r#"
    the stored row 1 cannot be read: the payload of `account.deposited` version 1 cannot be read: invalid value: integer `-5`, expected u64 at line 1 column 11
      account.deposited version 1: {"cents":-5}
    "#);
    let unknown = ("account.frozen", 1, "{}");
    assert_snapshot!(failure(|| Account::given_stored([unknown])), @"
    the stored row 1 cannot be read: nothing here reads the event `account.frozen`; this build knows `account.opened`, `account.deposited`, `account.withdrawn`, `account.closed`
      account.frozen version 1: {}
    ");
}

#[test]
fn a_text_that_is_no_time_is_refused() {
    let message = failure(|| Account::given_nothing().at("tomorrow"));
    assert_snapshot!(message, @"`tomorrow` is not a time: failed to parse four digit integer as year: invalid digit, expected 0-9 but got t; write it as in `2026-01-02T03:04:05Z`");
}
