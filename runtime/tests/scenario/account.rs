//! One small aggregate with all its traits written by hand, as the derives would write them.

use factum::{
    Aggregate, Apply, Codec, Command, CommandId, Context, DecodeError, Decoded, EncodeError, Event,
    EventInfo, EventSet, Handle, Illegal, IntoEvents, Timestamp, Uuid, testing::Given,
};
use serde::{Deserialize, Serialize};

macro_rules! events {
    ($($(#[$meta:meta])* $name:literal $event:ident { $($field:ident: $type:ty),* $(,)? })+) => {
        $(
            $(#[$meta])*
            #[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
            pub struct $event { $(pub $field: $type),* }

            impl From<$event> for AccountEvent {
                fn from(event: $event) -> Self { Self::$event(event) }
            }

            impl TryFrom<AccountEvent> for $event {
                type Error = AccountEvent;
                fn try_from(event: AccountEvent) -> Result<Self, AccountEvent> {
                    match event { AccountEvent::$event(event) => Ok(event), other => Err(other) }
                }
            }

            impl IntoEvents<AccountEvent> for $event {
                fn into_events(self, out: &mut Vec<AccountEvent>) { out.push(self.into()) }
            }
        )+

        #[derive(Clone, Debug, PartialEq)]
        pub enum AccountEvent { $($event($event)),+ }

        impl EventSet for AccountEvent {
            const READS: &'static [EventInfo] = &[$($event::INFO),+];
            fn info(&self) -> &'static EventInfo {
                match self { $(Self::$event(_) => &$event::INFO),+ }
            }
            fn encode<C: Codec>(&self, codec: &C, out: &mut Vec<u8>) -> Result<(), EncodeError> {
                match self { $(Self::$event(event) => codec.encode(event, out)),+ }
            }
            fn decode<C: Codec>(
                codec: &C,
                name: &str,
                version: u16,
                payload: &[u8],
            ) -> Result<Decoded<Self>, DecodeError> {
                match name {
                    $($name => Ok(Decoded::One($event::decode(codec, version, payload)?.into())),)+
                    _ => Err(DecodeError::unknown_event::<Self>(name)),
                }
            }
        }
    };
}

events! {
    "account.opened" Opened { owner: String, currency: String }
    "account.deposited" Deposited { cents: u64, slip: Slip }
    "account.withdrawn" Withdrawn { cents: u64 }
    "account.closed" Closed { number: Uuid, at: Timestamp }
}

impl IntoEvents<AccountEvent> for AccountEvent {
    fn into_events(self, out: &mut Vec<AccountEvent>) {
        out.push(self);
    }
}

#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct Slip {
    pub till: Option<u32>,
    pub notes: Vec<String>,
}

impl Event for Opened {
    const INFO: EventInfo = EventInfo::new("account.opened", 2, "Opened");
    fn decode<C: Codec>(codec: &C, version: u16, payload: &[u8]) -> Result<Self, DecodeError> {
        #[derive(Deserialize)]
        struct V1<'a> {
            owner: &'a str,
        }
        let unreadable = |reason| DecodeError::Payload {
            event: "account.opened",
            version,
            reason,
        };
        match version {
            1 => {
                let V1 { owner } = codec.decode(payload).map_err(unreadable)?;
                Ok(opened(owner))
            }
            2 => codec.decode(payload).map_err(unreadable),
            _ => Err(DecodeError::UnknownVersion {
                event: "account.opened",
                version,
                oldest: 1,
                current: 2,
            }),
        }
    }
}

macro_rules! never_changed {
    ($($name:literal $event:ident)+) => {$(
        impl Event for $event {
            const INFO: EventInfo = EventInfo::new($name, 1, stringify!($event));
            fn decode<C: Codec>(codec: &C, version: u16, payload: &[u8]) -> Result<Self, DecodeError> {
                let unreadable = |reason| DecodeError::Payload { event: $name, version, reason };
                codec.decode(payload).map_err(unreadable)
            }
        }
    )+};
}

never_changed! {
    "account.deposited" Deposited
    "account.withdrawn" Withdrawn
    "account.closed" Closed
}

#[derive(Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
pub struct Account {
    pub owner: Option<String>,
    pub cents: u64,
    pub closed: bool,
}

impl Apply<Opened> for Account {
    fn apply(&mut self, event: &Opened) {
        self.owner = Some(event.owner.clone());
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

impl Apply<Closed> for Account {
    fn apply(&mut self, _: &Closed) {
        self.closed = true;
    }
}

impl Aggregate for Account {
    const NAME: &'static str = "account";
    type Id = String;
    type Event = AccountEvent;

    /// A closed account takes nothing more, as a state machine's would.
    fn shape() -> u64 {
        1
    }

    fn fold(&mut self, event: &AccountEvent) -> Result<(), Illegal> {
        if self.closed {
            return Err(Illegal {
                state: "Closed",
                event: event.info().name,
            });
        }
        match event {
            AccountEvent::Opened(event) => Apply::apply(self, event),
            AccountEvent::Deposited(event) => Apply::apply(self, event),
            AccountEvent::Withdrawn(event) => Apply::apply(self, event),
            AccountEvent::Closed(event) => Apply::apply(self, event),
        }
        Ok(())
    }
}

impl Account {
    #[track_caller]
    pub fn given(history: impl IntoEvents<AccountEvent>) -> Given<Self> {
        Given::events(history)
    }

    #[track_caller]
    pub fn given_nothing() -> Given<Self> {
        Given::nothing()
    }

    #[track_caller]
    pub fn given_stored(
        rows: impl IntoIterator<Item = (&'static str, u16, &'static str)>,
    ) -> Given<Self> {
        Given::stored(rows)
    }

    #[track_caller]
    pub fn given_snapshot(state: Self) -> Given<Self> {
        Given::snapshot(state)
    }

    pub fn withdraw(&self, cents: u64) -> Result<Withdrawn, AccountError> {
        if cents > self.cents {
            return Err(AccountError::InsufficientFunds { cents: self.cents });
        }
        Ok(Withdrawn { cents })
    }

    pub fn deposit(&self, cents: u64) -> Result<Option<Deposited>, AccountError> {
        if self.closed {
            return Err(AccountError::Closed);
        }
        Ok((cents > 0).then(|| deposited(cents)))
    }

    pub fn close(&self, context: &Context) -> Result<Closed, AccountError> {
        if self.closed {
            return Err(AccountError::Closed);
        }
        Ok(Closed {
            number: context.fresh_id(),
            at: context.now(),
        })
    }
}

#[derive(Debug, PartialEq)]
pub enum AccountError {
    InsufficientFunds { cents: u64 },
    Closed,
}

#[derive(Serialize, Clone, Debug)]
pub struct Withdraw {
    pub account: String,
    pub cents: u64,
    pub request: Option<CommandId>,
}

impl Command for Withdraw {
    const NAME: &'static str = "Withdraw";
    type Aggregate = Account;

    fn target(&self) -> &String {
        &self.account
    }

    fn command_id(&self) -> Option<CommandId> {
        self.request
    }
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

pub fn opened(owner: &str) -> Opened {
    Opened {
        owner: owner.to_owned(),
        currency: "EUR".to_owned(),
    }
}

pub fn deposited(cents: u64) -> Deposited {
    Deposited {
        cents,
        slip: Slip::default(),
    }
}

pub fn withdraw(cents: u64) -> Withdraw {
    Withdraw {
        account: "ada".to_owned(),
        cents,
        request: None,
    }
}

pub fn withdraw_once(cents: u64, slip: &str) -> Withdraw {
    Withdraw {
        request: Some(CommandId::named(slip)),
        ..withdraw(cents)
    }
}
