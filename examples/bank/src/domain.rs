//! One account: its events, the state they add up to, its decisions, and the same decisions as commands.
//!
//! Amounts are cents.

use std::convert::Infallible;

use factum::{Aggregate, Apply, Command, Context, Event, Handle, IntoEvents, StreamId};
use serde::{Deserialize, Serialize};

/// An account's number, which names its stream: `account-1001`.
#[derive(StreamId, Clone, Debug, PartialEq)]
pub struct AccountId(pub u64);

/// An account was opened.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2, upcast(1 = OpenedV1))]
pub struct Opened {
    /// Whose it is.
    pub owner: String,
    /// How far its balance may fall below 0.
    pub overdraft: i64,
}

/// What version 1 stored, when no account could be overdrawn.
#[derive(Deserialize)]
struct OpenedV1 {
    owner: String,
}

impl From<OpenedV1> for Opened {
    fn from(old: OpenedV1) -> Self {
        Self {
            owner: old.owner,
            overdraft: 0,
        }
    }
}

/// Money came in.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.deposited")]
pub struct Deposited {
    /// How much.
    pub cents: i64,
}

/// Money went out.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.withdrawn")]
pub struct Withdrawn {
    /// How much.
    pub cents: i64,
}

/// Money of a transfer was not taken.
///
/// A rejection leaves no trace, so the same request may be accepted tomorrow. This refusal is a fact: whoever
/// asks again gets the same answer.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.credit_refused")]
pub struct CreditRefused {
    /// How much.
    pub cents: i64,
}

/// The account was closed, for good.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.closed")]
pub struct Closed;

/// What decisions need to know of an account, and no more.
#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(
    name = "account",
    id = AccountId,
    events(Opened, Deposited, Withdrawn, CreditRefused, Closed),
    commands(Open, Deposit, Withdraw, Credit, Close),
    tests
)]
pub struct Account {
    status: Status,
    balance: i64,
    overdraft: i64,
}

#[derive(Serialize, Deserialize, Default, Clone, Copy, Debug, PartialEq)]
enum Status {
    #[default]
    Unused,
    Open,
    Closed,
}

impl Apply<Opened> for Account {
    fn apply(&mut self, event: &Opened) {
        self.status = Status::Open;
        self.overdraft = event.overdraft;
    }
}

impl Apply<Deposited> for Account {
    fn apply(&mut self, event: &Deposited) {
        self.balance += event.cents;
    }
}

impl Apply<Withdrawn> for Account {
    fn apply(&mut self, event: &Withdrawn) {
        self.balance -= event.cents;
    }
}

impl Apply<CreditRefused> for Account {
    fn apply(&mut self, _: &CreditRefused) {}
}

impl Apply<Closed> for Account {
    fn apply(&mut self, _: &Closed) {
        self.status = Status::Closed;
    }
}

/// Why an account says no.
#[derive(thiserror::Error, Clone, Debug, PartialEq)]
pub enum AccountError {
    /// Numbers are given out once, even those of closed accounts.
    #[error("the account's number is taken")]
    Taken,
    /// Never opened, or closed.
    #[error("the account is not open")]
    NotOpen,
    /// Zero or less.
    #[error("an amount has to be more than 0 cents")]
    NoAmount,
    /// More than the balance and the overdraft.
    #[error("only {available} cents are available")]
    Overdrawn {
        /// Balance and overdraft together.
        available: i64,
    },
    /// A balance that does not fit its number.
    #[error("the balance would be more than the bank can count")]
    TooMuch,
    /// Money, or a debt, that somebody still has to take.
    #[error("the balance is {balance} cents, and only an account with 0 cents closes")]
    BalanceLeft {
        /// What is left.
        balance: i64,
    },
}

impl Account {
    /// The money on it; less than 0 if it is overdrawn.
    pub fn balance(&self) -> i64 {
        self.balance
    }

    /// Opens it.
    pub fn open(&self, owner: &str, overdraft: i64) -> Result<Opened, AccountError> {
        match self.status {
            Status::Unused => Ok(Opened {
                owner: owner.to_owned(),
                overdraft,
            }),
            Status::Open | Status::Closed => Err(AccountError::Taken),
        }
    }

    /// Takes money in.
    pub fn deposit(&self, cents: i64) -> Result<Deposited, AccountError> {
        self.check(cents)?;
        // `apply` cannot refuse, so nothing may be recorded that it could not add up.
        match self.balance.checked_add(cents) {
            Some(_) => Ok(Deposited { cents }),
            None => Err(AccountError::TooMuch),
        }
    }

    /// Gives money out, as far as the balance and the overdraft go.
    pub fn withdraw(&self, cents: i64) -> Result<Withdrawn, AccountError> {
        self.check(cents)?;
        let available = self.balance.saturating_add(self.overdraft);
        if cents > available {
            return Err(AccountError::Overdrawn { available });
        }
        Ok(Withdrawn { cents })
    }

    /// Takes the money of a transfer in, or puts on record that it does not.
    pub fn credit(&self, cents: i64) -> AccountEvent {
        match self.deposit(cents) {
            Ok(deposited) => deposited.into(),
            Err(_) => CreditRefused { cents }.into(),
        }
    }

    /// Closes it, once nothing is left on it. To close what is closed is no mistake, and no event.
    pub fn close(&self) -> Result<Option<Closed>, AccountError> {
        match (self.status, self.balance) {
            (Status::Closed, _) => Ok(None),
            (Status::Unused, _) => Err(AccountError::NotOpen),
            (Status::Open, 0) => Ok(Some(Closed)),
            (Status::Open, balance) => Err(AccountError::BalanceLeft { balance }),
        }
    }

    fn check(&self, cents: i64) -> Result<(), AccountError> {
        match self.status {
            Status::Open if cents > 0 => Ok(()),
            Status::Open => Err(AccountError::NoAmount),
            Status::Unused | Status::Closed => Err(AccountError::NotOpen),
        }
    }
}

/// [`Account::open`] as data.
#[derive(Command, Serialize, Deserialize, Clone, Debug)]
#[command(aggregate = Account, id = account)]
pub struct Open {
    /// Which number it gets.
    pub account: AccountId,
    /// Whose it will be.
    pub owner: String,
    /// How far its balance may fall below 0.
    pub overdraft: i64,
}

impl Handle<Open> for Account {
    type Error = AccountError;

    fn handle(
        &self,
        command: &Open,
        _: &Context,
    ) -> Result<impl IntoEvents<AccountEvent>, AccountError> {
        self.open(&command.owner, command.overdraft)
    }
}

/// [`Account::deposit`] as data.
#[derive(Command, Serialize, Deserialize, Clone, Debug)]
#[command(aggregate = Account, id = account)]
pub struct Deposit {
    /// Where to.
    pub account: AccountId,
    /// How much.
    pub cents: i64,
}

impl Handle<Deposit> for Account {
    type Error = AccountError;

    fn handle(
        &self,
        command: &Deposit,
        _: &Context,
    ) -> Result<impl IntoEvents<AccountEvent>, AccountError> {
        self.deposit(command.cents)
    }
}

/// [`Account::withdraw`] as data.
#[derive(Command, Serialize, Deserialize, Clone, Debug)]
#[command(aggregate = Account, id = account)]
pub struct Withdraw {
    /// Where from.
    pub account: AccountId,
    /// How much.
    pub cents: i64,
}

impl Handle<Withdraw> for Account {
    type Error = AccountError;

    fn handle(
        &self,
        command: &Withdraw,
        _: &Context,
    ) -> Result<impl IntoEvents<AccountEvent>, AccountError> {
        self.withdraw(command.cents)
    }
}

/// [`Account::credit`] as data.
#[derive(Command, Serialize, Deserialize, Clone, Debug)]
#[command(aggregate = Account, id = account)]
pub struct Credit {
    /// Where to.
    pub account: AccountId,
    /// How much.
    pub cents: i64,
}

impl Handle<Credit> for Account {
    type Error = Infallible;

    fn handle(
        &self,
        command: &Credit,
        _: &Context,
    ) -> Result<impl IntoEvents<AccountEvent>, Infallible> {
        Ok(self.credit(command.cents))
    }
}

/// [`Account::close`] as data.
#[derive(Command, Serialize, Deserialize, Clone, Debug)]
#[command(aggregate = Account, id = account)]
pub struct Close {
    /// Which one.
    pub account: AccountId,
}

impl Handle<Close> for Account {
    type Error = AccountError;

    fn handle(
        &self,
        _: &Close,
        _: &Context,
    ) -> Result<impl IntoEvents<AccountEvent>, AccountError> {
        self.close()
    }
}
