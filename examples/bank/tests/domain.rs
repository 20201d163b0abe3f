//! One account, in given-when-then.

use bank::domain::{
    Account, AccountError, AccountId, Closed, Credit, CreditRefused, Deposit, Deposited, Opened,
    Withdraw, Withdrawn,
};

const ADA: AccountId = AccountId(1001);

fn opened(overdraft: i64) -> Opened {
    Opened {
        owner: "Ada".into(),
        overdraft,
    }
}

fn deposit(cents: i64) -> Deposit {
    Deposit {
        account: ADA,
        cents,
    }
}

fn withdraw(cents: i64) -> Withdraw {
    Withdraw {
        account: ADA,
        cents,
    }
}

fn credit(cents: i64) -> Credit {
    Credit {
        account: ADA,
        cents,
    }
}

#[test]
fn an_account_is_opened() {
    Account::given_nothing()
        .when(|account| account.open("Ada", 50))
        .then(opened(50))
        .then_state(|account| assert_eq!(account.balance(), 0));
}

#[test]
fn a_number_is_given_out_once() {
    Account::given(opened(0))
        .when(|account| account.open("Ben", 0))
        .then_error(AccountError::Taken);
    Account::given((opened(0), Closed))
        .when(|account| account.open("Ben", 0))
        .then_error(AccountError::Taken);
}

#[test]
fn a_deposit_is_added() {
    Account::given((opened(0), Deposited { cents: 100 }))
        .when_command(deposit(30))
        .then(Deposited { cents: 30 })
        .then_state(|account| assert_eq!(account.balance(), 130));
}

#[test]
fn a_deposit_needs_an_open_account_and_an_amount() {
    Account::given_nothing()
        .when_command(deposit(30))
        .then_error(AccountError::NotOpen);
    Account::given((opened(0), Closed))
        .when_command(deposit(30))
        .then_error(AccountError::NotOpen);
    for cents in [0, -1, i64::MIN] {
        Account::given(opened(0))
            .when_command(deposit(cents))
            .then_error(AccountError::NoAmount);
    }
}

#[test]
fn a_deposit_that_cannot_be_counted_is_refused() {
    Account::given((opened(0), Deposited { cents: i64::MAX }))
        .when_command(deposit(1))
        .then_error(AccountError::TooMuch);
}

#[test]
fn a_withdrawal_takes_what_is_there() {
    Account::given((opened(0), Deposited { cents: 100 }))
        .when_command(withdraw(100))
        .then(Withdrawn { cents: 100 })
        .then_state(|account| assert_eq!(account.balance(), 0));
}

#[test]
fn a_withdrawal_needs_an_open_account_and_an_amount() {
    Account::given_nothing()
        .when_command(withdraw(1))
        .then_error(AccountError::NotOpen);
    Account::given((opened(50), Closed))
        .when_command(withdraw(1))
        .then_error(AccountError::NotOpen);
    Account::given(opened(50))
        .when_command(withdraw(-1))
        .then_error(AccountError::NoAmount);
}

#[test]
fn an_account_is_not_overdrawn() {
    Account::given((opened(0), Deposited { cents: 100 }))
        .when_command(withdraw(101))
        .then_error(AccountError::Overdrawn { available: 100 });
}

#[test]
fn an_overdraft_is_used_up_to_its_limit() {
    Account::given((opened(50), Deposited { cents: 100 }))
        .when_command(withdraw(150))
        .then(Withdrawn { cents: 150 })
        .then_state(|account| assert_eq!(account.balance(), -50))
        .and_when_command(withdraw(1))
        .then_error(AccountError::Overdrawn { available: 0 });
}

#[test]
fn a_credit_is_deposited() {
    Account::given(opened(0))
        .when_command(credit(30))
        .then(Deposited { cents: 30 });
}

#[test]
fn a_credit_to_a_closed_account_is_refused_on_record() {
    Account::given((opened(0), Closed))
        .when_command(credit(30))
        .then(CreditRefused { cents: 30 })
        .then_state(|account| assert_eq!(account.balance(), 0));
    Account::given_nothing()
        .when_command(credit(30))
        .then(CreditRefused { cents: 30 });
}

#[test]
fn an_account_closes_once_and_empty() {
    Account::given(opened(0))
        .when(Account::close)
        .then(Closed)
        .and_when(Account::close)
        .then_nothing();
    Account::given_nothing()
        .when(Account::close)
        .then_error(AccountError::NotOpen);
    Account::given((opened(0), Deposited { cents: 5 }))
        .when(Account::close)
        .then_error(AccountError::BalanceLeft { balance: 5 });
    Account::given((opened(9), Withdrawn { cents: 5 }))
        .when(Account::close)
        .then_error(AccountError::BalanceLeft { balance: -5 });
}

#[test]
fn an_account_of_version_1_has_no_overdraft() {
    Account::given_stored([
        ("account.opened", 1, r#"{"owner":"Ada"}"#),
        ("account.deposited", 1, r#"{"cents":100}"#),
    ])
    .when_command(withdraw(101))
    .then_error(AccountError::Overdrawn { available: 100 });
}

#[test]
fn a_snapshot_and_a_command_from_a_queue_lead_to_the_same() {
    let account =
        Account::given_stored([("account.opened", 2, r#"{"owner":"Ada","overdraft":0}"#)])
            .when_received::<Deposit>(r#"{"account":1001,"cents":100}"#)
            .then(Deposited { cents: 100 })
            .state()
            .clone();
    Account::given_snapshot(account)
        .when_received::<Withdraw>(r#"{"account":1001,"cents":101}"#)
        .then_error(AccountError::Overdrawn { available: 100 })
        .and_when_received::<Withdraw>(r#"{"account":1001,"cents":100}"#)
        .then(Withdrawn { cents: 100 });
}
