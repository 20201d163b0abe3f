//! The account whose lines the README states beside those of the same account in other crates.
//!
//! The same features: three events, three commands, typed errors, `account.opened` from version 1 to 2, two
//! scenarios, the old version still readable. The round trip of every event is a check of each scenario.

use factum::{Aggregate, Apply, Command, Context, Event, Handle, IntoEvents};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2, upcast(1 = OpenedV1))]
struct Opened {
    owner: String,
    currency: String,
}

#[derive(Deserialize)]
struct OpenedV1 {
    holder: String,
}

impl From<OpenedV1> for Opened {
    fn from(old: OpenedV1) -> Self {
        Self {
            owner: old.holder,
            currency: "EUR".into(),
        }
    }
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.deposited")]
struct Deposited {
    cents: u64,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.withdrawn")]
struct Withdrawn {
    cents: u64,
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "account", id = String, events(Opened, Deposited, Withdrawn))]
struct Account {
    open: bool,
    cents: u64,
}

impl Apply<Opened> for Account {
    fn apply(&mut self, _: &Opened) {
        self.open = true;
    }
}

impl Apply<Deposited> for Account {
    fn apply(&mut self, event: &Deposited) {
        self.cents += event.cents;
    }
}

impl Apply<Withdrawn> for Account {
    fn apply(&mut self, event: &Withdrawn) {
        self.cents -= event.cents;
    }
}

#[derive(Clone, Debug, PartialEq)]
enum AccountError {
    AlreadyOpen,
    NotOpen,
    InsufficientFunds { cents: u64 },
}

#[derive(Command, Serialize, Clone, Debug)]
#[command(aggregate = Account, id = account)]
struct Open {
    account: String,
    owner: String,
    currency: String,
}

#[derive(Command, Serialize, Clone, Debug)]
#[command(aggregate = Account, id = account)]
struct Deposit {
    account: String,
    cents: u64,
}

#[derive(Command, Serialize, Clone, Debug)]
#[command(aggregate = Account, id = account)]
struct Withdraw {
    account: String,
    cents: u64,
}

type Decided<E> = Result<E, AccountError>;

impl Handle<Open> for Account {
    type Error = AccountError;

    fn handle(&self, command: &Open, _: &Context) -> Decided<impl IntoEvents<AccountEvent>> {
        if self.open {
            return Err(AccountError::AlreadyOpen);
        }
        Ok(Opened {
            owner: command.owner.clone(),
            currency: command.currency.clone(),
        })
    }
}

impl Handle<Deposit> for Account {
    type Error = AccountError;

    fn handle(&self, command: &Deposit, _: &Context) -> Decided<impl IntoEvents<AccountEvent>> {
        if !self.open {
            return Err(AccountError::NotOpen);
        }
        Ok(Deposited {
            cents: command.cents,
        })
    }
}

impl Handle<Withdraw> for Account {
    type Error = AccountError;

    fn handle(&self, command: &Withdraw, _: &Context) -> Decided<impl IntoEvents<AccountEvent>> {
        if !self.open {
            return Err(AccountError::NotOpen);
        }
        if command.cents > self.cents {
            return Err(AccountError::InsufficientFunds { cents: self.cents });
        }
        Ok(Withdrawn {
            cents: command.cents,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened() -> Opened {
        Opened {
            owner: "Ada".into(),
            currency: "EUR".into(),
        }
    }

    fn withdraw(cents: u64) -> Withdraw {
        Withdraw {
            account: "ada".into(),
            cents,
        }
    }

    #[test]
    fn money_is_withdrawn() {
        Account::given((opened(), Deposited { cents: 100 }))
            .when_command(withdraw(30))
            .then(Withdrawn { cents: 30 });
    }

    #[test]
    fn an_account_cannot_be_overdrawn() {
        Account::given((opened(), Deposited { cents: 100 }))
            .when_command(withdraw(130))
            .then_error(AccountError::InsufficientFunds { cents: 100 });
    }

    #[test]
    fn version_1_is_still_readable() {
        Account::given_stored([("account.opened", 1, r#"{"holder":"Ada"}"#)])
            .when_command(Deposit {
                account: "ada".into(),
                cents: 5,
            })
            .then(Deposited { cents: 5 });
    }
}
