//! An aggregate with every option, its events with every option, and its commands with every option.

use alloc::borrow::Cow;

use facts::{
    Aggregate, Apply, Command, CommandId, Context, Event, Handle, IntoEvents, Retired, StreamId,
    Timestamp,
};
use serde::{Deserialize, Serialize};

/// Which account.
#[derive(StreamId, Clone, Debug, PartialEq, Eq)]
#[stream_id(crate = ::facts)]
pub struct AccountId(String);

/// What version 1 stored.
#[derive(Debug, Deserialize)]
struct OpenedV1<'text> {
    /// Who.
    #[serde(borrow)]
    holder: Cow<'text, str>,
}

/// What version 2 stored.
#[derive(Debug, Deserialize)]
struct OpenedV2 {
    /// Who.
    owner: String,
}

impl From<OpenedV1<'_>> for OpenedV2 {
    fn from(old: OpenedV1<'_>) -> Self {
        Self {
            owner: old.holder.into_owned(),
        }
    }
}

impl From<OpenedV2> for Opened {
    fn from(old: OpenedV2) -> Self {
        Self { owner: old.owner }
    }
}

/// An account was opened.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[event(
    crate = ::facts,
    name = "account.opened",
    version = 3,
    upcast(1 = OpenedV1<'_>, 2 = OpenedV2),
    sample = Opened { owner: "Ada".to_owned() },
    stored(1 = "{\"holder\":\"Ada\"}", 2 = r#"{"owner":"Ada"}"#)
)]
#[non_exhaustive]
pub struct Opened {
    /// Who.
    pub owner: String,
}

impl Opened {
    /// By this owner.
    #[must_use]
    pub const fn by(owner: String) -> Self {
        Self { owner }
    }
}

/// Money came in.
#[derive(Event, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[event(crate = ::facts, name = "account.deposited")]
#[non_exhaustive]
pub struct Deposited {
    /// How much.
    pub cents: u64,
}

/// An account was opened, and money came in.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[event(
    crate = ::facts,
    name = "account.opened-with-deposit",
    alias("account.began"),
    version = 4,
    upcast(1 = OpenedV1<'_>),
    removed(#[serde(rename = "memo")] note: String, in = 3),
)]
#[non_exhaustive]
pub struct OpenedWithDeposit {
    /// Who.
    #[event(since = 4, renamed_from = "holder")]
    pub owner: String,
    /// How much.
    #[event(since = 3, default = 5)]
    pub cents: u64,
}

impl From<OpenedV1<'_>> for OpenedWithDepositV2 {
    fn from(old: OpenedV1<'_>) -> Self {
        Self {
            owner: old.holder.into_owned(),
            note: String::new(),
        }
    }
}

impl Retired<Happened> for OpenedWithDeposit {
    fn replace(self) -> impl IntoEvents<Happened> {
        let Self { owner, cents } = self;
        (Opened { owner }, Deposited { cents })
    }
}

/// An account.
#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq, Eq)]
#[aggregate(
    crate = ::facts,
    name = "account",
    id = AccountId,
    events(Opened, Deposited),
    event = Happened,
    retired(OpenedWithDeposit),
    ignored("account.audited"),
    snapshot(logic = 2),
    tests,
    commands(Open, Deposit)
)]
pub struct Account {
    /// By whom, once it is open.
    owner: Option<String>,
    /// What is in it.
    cents: u64,
}

impl Apply<Opened> for Account {
    fn apply(&mut self, event: &Opened) {
        self.owner = Some(event.owner.clone());
    }
}

impl Apply<Deposited> for Account {
    fn apply(&mut self, event: &Deposited) {
        self.cents = self.cents.saturating_add(event.cents);
    }
}

/// Opens an account.
#[derive(Command, Serialize, Deserialize, Clone, Debug)]
#[command(crate = ::facts, aggregate = Account, id = account, name = "open")]
#[non_exhaustive]
pub struct Open {
    /// Which.
    pub account: AccountId,
    /// For whom.
    pub owner: String,
}

impl Handle<Open> for Account {
    type Error = &'static str;

    fn handle(
        &self,
        command: &Open,
        _: &Context,
    ) -> Result<impl IntoEvents<Happened>, &'static str> {
        match self.owner {
            None => Ok(Opened::by(command.owner.clone())),
            Some(_) => Err("it is open"),
        }
    }
}

/// Puts money in.
#[derive(Command, Serialize, Deserialize, Clone, Debug)]
#[command(
    crate = ::facts,
    aggregate = Account,
    id = account,
    command_id = request,
    occurred_at = at
)]
#[non_exhaustive]
pub struct Deposit {
    /// Which.
    pub account: AccountId,
    /// How much.
    pub cents: u64,
    /// Told from its repetitions.
    pub request: Option<CommandId>,
    /// When.
    pub at: Timestamp,
}

impl Deposit {
    /// Of so much.
    #[must_use]
    pub const fn of(account: AccountId, cents: u64, request: CommandId, at: Timestamp) -> Self {
        Self {
            account,
            cents,
            request: Some(request),
            at,
        }
    }
}

impl Handle<Deposit> for Account {
    type Error = &'static str;

    fn handle(
        &self,
        command: &Deposit,
        _: &Context,
    ) -> Result<impl IntoEvents<Happened>, &'static str> {
        let cents = command.cents;
        self.owner
            .is_some()
            .then_some(Deposited { cents })
            .ok_or("it is not open")
    }
}
