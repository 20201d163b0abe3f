//! What the derives give, used as an application would use it.

mod keys;
mod names;
mod shape;

use std::borrow::Cow;
use std::marker::PhantomData;

use factum::{
    Aggregate, Apply, Codec, Command, CommandId, DecodeError, Decoded, Event, EventSet, IntoEvents,
    Json, StreamId, Timestamp, Uuid,
};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 3)]
#[event(upcast(2 = OpenedV2, 1 = shapes::OpenedV1<'_>))]
struct Opened {
    owner: String,
    limit: u64,
}

mod shapes {
    use super::{Cow, Deserialize};

    #[derive(Deserialize)]
    pub(crate) struct OpenedV1<'a> {
        #[serde(borrow)]
        pub(crate) holder: Cow<'a, str>,
    }
}

#[derive(Deserialize)]
struct OpenedV2 {
    owner: String,
    limit: String,
}

impl From<shapes::OpenedV1<'_>> for OpenedV2 {
    fn from(old: shapes::OpenedV1<'_>) -> Self {
        assert!(
            matches!(old.holder, Cow::Borrowed(_)),
            "the old shape was copied"
        );
        Self {
            owner: old.holder.into_owned(),
            limit: "0".into(),
        }
    }
}

impl TryFrom<OpenedV2> for Opened {
    type Error = String;

    fn try_from(old: OpenedV2) -> Result<Self, String> {
        let limit = old
            .limit
            .parse()
            .map_err(|_| format!("`{}` is no limit", old.limit))?;
        Ok(Self {
            owner: old.owner,
            limit,
        })
    }
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.closed")]
struct Closed;

mod money {
    use super::{Deserialize, Event, Serialize};

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "account.deposited")]
    pub(crate) struct Deposited(pub(crate) u64);
}
use money::Deposited;

#[derive(StreamId, Clone, Debug, PartialEq)]
struct AccountId(Uuid);

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "account", id = AccountId, events(Opened, money::Deposited, Closed))]
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
        self.cents += event.0;
    }
}

impl Apply<Closed> for Account {
    fn apply(&mut self, _: &Closed) {
        self.open = false;
    }
}

fn ada() -> Opened {
    Opened {
        owner: "Ada".into(),
        limit: 0,
    }
}

fn opened(version: u16, payload: &str) -> Result<Opened, DecodeError> {
    Opened::decode(&Json::default(), version, payload.as_bytes())
}

#[test]
fn reads_each_version_through_its_steps() {
    assert_eq!(opened(1, r#"{"holder":"Ada"}"#).unwrap(), ada());
    assert_eq!(opened(2, r#"{"owner":"Ada","limit":"0"}"#).unwrap(), ada());
    assert_eq!(opened(3, r#"{"owner":"Ada","limit":0}"#).unwrap(), ada());
}

#[test]
fn a_failing_step_says_which() {
    let error = opened(2, r#"{"owner":"Ada","limit":"?"}"#).unwrap_err();
    assert!(
        matches!(
            error,
            DecodeError::Upcast {
                event: "account.opened",
                from: 2,
                ..
            }
        ),
        "{error}"
    );
    assert!(error.to_string().ends_with("`?` is no limit"), "{error}");
}

#[test]
fn an_old_shape_may_have_parameters() {
    #[derive(Deserialize)]
    struct Former<Number, Marker>(Number, PhantomData<Marker>);
    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "tally.closed", version = 3)]
    #[event(upcast(1 = Former<u8, fn(u8) -> u8>, 2 = Former<u16, fn() -> u8>))]
    struct Tallied(u16);
    impl From<Former<u8, fn(u8) -> u8>> for Former<u16, fn() -> u8> {
        fn from(old: Former<u8, fn(u8) -> u8>) -> Self {
            Self(old.0.into(), PhantomData)
        }
    }
    impl From<Former<u16, fn() -> u8>> for Tallied {
        fn from(old: Former<u16, fn() -> u8>) -> Self {
            Self(old.0)
        }
    }
    assert_eq!(
        Tallied::decode(&Json::default(), 1, b"[7,null]").unwrap(),
        Tallied(7)
    );
}

#[test]
fn a_payload_of_another_shape_says_its_version() {
    let error = opened(1, r#"{"owner":"Ada"}"#).unwrap_err();
    assert!(
        matches!(
            error,
            DecodeError::Payload {
                event: "account.opened",
                version: 1,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn a_version_that_nobody_reads_is_refused() {
    for unknown in [0, 4] {
        let error = opened(unknown, "{}").unwrap_err();
        assert!(
            matches!(error, DecodeError::UnknownVersion { version, oldest: 1, current: 3, .. } if version == unknown),
            "{error}"
        );
    }
}

#[test]
fn the_info_tells_name_and_versions() {
    let info = Opened::INFO;
    assert_eq!(
        (info.name, info.version, info.oldest, info.rust),
        ("account.opened", 3, 1, "Opened")
    );
}

#[test]
fn an_event_of_the_set_survives_its_codec() {
    for event in [
        ada().into(),
        Deposited(5).into(),
        AccountEvent::Closed(Closed),
    ] {
        let event: AccountEvent = event;
        let (codec, mut bytes) = (Json::default(), vec![]);
        event.encode(&codec, &mut bytes).unwrap();
        let info = event.info();
        let read = AccountEvent::decode(&codec, info.name, info.version, &bytes).unwrap();
        assert_eq!(read, Decoded::One(event));
    }
}

#[test]
fn the_set_lists_what_it_reads_in_order() {
    let names: Vec<_> = AccountEvent::READS.iter().map(|info| info.name).collect();
    assert_eq!(
        names,
        ["account.opened", "account.deposited", "account.closed"]
    );
}

#[test]
fn a_stored_name_that_nobody_knows_is_an_error() {
    let error = AccountEvent::decode(&Json::default(), "account.audited", 1, b"{}").unwrap_err();
    let DecodeError::UnknownEvent { name, known } = error else {
        panic!("{error}")
    };
    let known = known.names().count();
    assert_eq!((name.as_str(), known), ("account.audited", 3));
}

#[test]
fn the_enum_converts_to_its_events_and_gives_back_what_it_is_not() {
    let event = AccountEvent::from(Deposited(5));
    let event = Opened::try_from(event).unwrap_err();
    assert_eq!(Deposited::try_from(event), Ok(Deposited(5)));
}

#[test]
fn decisions_return_events_and_the_enum() {
    let mut events: Vec<AccountEvent> = vec![];
    (ada(), [Deposited(5)], AccountEvent::from(Closed)).into_events(&mut events);
    assert_eq!(events, [ada().into(), Deposited(5).into(), Closed.into()]);
}

#[test]
fn each_event_is_applied() {
    let mut account = Account::default();
    for event in [AccountEvent::from(ada()), Deposited(5).into()] {
        account.fold(&event).unwrap();
    }
    assert_eq!(
        account,
        Account {
            open: true,
            cents: 5
        }
    );
    account.fold(&Closed.into()).unwrap();
    assert!(!account.open);
    assert_eq!(Account::NAME, "account");
}

#[test]
fn an_id_is_its_text_everywhere() {
    let text = "6f9619ff-8b86-d011-b42d-00c04fc964ff";
    let id: AccountId = text.parse().unwrap();
    assert_eq!(id, AccountId::from(Uuid::try_parse(text).unwrap()));
    assert_eq!(
        (id.to_string().as_str(), id.to_text().as_ref()),
        (text, text)
    );
    assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{text}\""));
    assert_eq!(
        serde_json::from_str::<AccountId>(&format!("\"{text}\"")).unwrap(),
        id
    );
    assert_eq!(id.stream("account").unwrap().id(), text);
    assert_eq!(AccountId::from_text("7").unwrap_err().text, "7");
}

#[test]
fn a_stream_is_named_by_the_text_of_its_id() {
    fn named(id: &impl StreamId) {
        let stream = id.stream("account").unwrap();
        assert_eq!(stream.id(), id.to_text());
    }
    named(&u16::MAX);
    named(&u32::MAX);
    named(&u64::MAX);
    named(&u128::MAX);
    named(&i16::MIN);
    named(&i32::MIN);
    named(&i64::MIN);
    named(&0_u64);
    named(&Uuid::max());
    named(&AccountId::from(Uuid::max()));
    named(&"a-b".to_owned());
}

#[test]
fn an_id_may_hold_an_id() {
    #[derive(StreamId, Clone, Debug, PartialEq)]
    struct Savings(AccountNumber);
    #[derive(StreamId, Clone, Debug, PartialEq)]
    struct AccountNumber(u64);

    assert_eq!("7".parse::<Savings>().unwrap(), Savings(AccountNumber(7)));
    assert_eq!(
        serde_json::to_string(&Savings(AccountNumber(7))).unwrap(),
        "7"
    );
    assert_eq!(format!("{:>4}", Savings(AccountNumber(7))), "   7");
    assert!("07".parse::<Savings>().is_err());
}

#[derive(Command, Serialize)]
#[command(aggregate = Account, id = account, command_id = request, occurred_at = at, name = "open")]
struct Open {
    account: AccountId,
    request: CommandId,
    at: Option<Timestamp>,
}

#[derive(Command, Serialize)]
#[command(aggregate = Account, id = 0, command_id = 1)]
struct Close<'a, T: Serialize + Send + Sync>(AccountId, Option<CommandId>, &'a str, T);

#[test]
fn a_command_tells_its_target_and_ids() {
    let (account, request) = (AccountId(Uuid::nil()), CommandId::named("till 3, slip 77"));
    let open = Open {
        account: account.clone(),
        request,
        at: Some(Timestamp::UNIX_EPOCH),
    };
    assert_eq!((Open::NAME, open.target()), ("open", &account));
    assert_eq!(
        (open.command_id(), open.occurred_at()),
        (Some(request), Some(Timestamp::UNIX_EPOCH))
    );
    let close = Close(account.clone(), None, "why", 7);
    assert_eq!((Close::<i32>::NAME, close.target()), ("Close", &account));
    assert_eq!((close.command_id(), close.occurred_at()), (None, None));
    assert_eq!(
        Close(account, Some(request), "why", 7).command_id(),
        Some(request)
    );
}

#[test]
fn the_codec_takes_what_the_derives_ask_of_it() {
    let mut bytes = vec![];
    Json::default().encode(&Deposited(5), &mut bytes).unwrap();
    assert_eq!(bytes, b"5");
}
