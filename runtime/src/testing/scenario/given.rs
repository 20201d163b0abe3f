//! Given: what happened before.

use std::fmt::Debug;

use jiff::Timestamp;
use serde::de::DeserializeOwned;

use super::scene::{Request, Scene, fail, received};
use super::then::Then;
use crate::aggregate::{Aggregate, Decoded, IntoEvents, collected};
use crate::codec::{Codec, Json};
use crate::command::{Command, Handle};
use crate::context::Context;
use crate::testing::row;

/// The start of a scenario: what happened before a request is made.
///
/// `#[derive(Aggregate)]` writes `given`, `given_nothing`, `given_stored` and `given_snapshot` on the
/// aggregate, which lead here:
///
/// ```
/// use factum::{Aggregate, Apply, Event};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
/// #[event(name = "account.deposited")]
/// pub struct Deposited { pub cents: u64 }
///
/// #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
/// #[event(name = "account.withdrawn")]
/// pub struct Withdrawn { pub cents: u64 }
///
/// #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
/// #[aggregate(name = "account", id = String, events(Deposited, Withdrawn))]
/// pub struct Account { cents: u64 }
///
/// impl Apply<Deposited> for Account { fn apply(&mut self, e: &Deposited) { self.cents += e.cents } }
/// impl Apply<Withdrawn> for Account { fn apply(&mut self, e: &Withdrawn) { self.cents -= e.cents } }
///
/// impl Account {
///     pub fn withdraw(&self, cents: u64) -> Result<Withdrawn, String> {
///         if cents > self.cents { Err("insufficient funds".into()) } else { Ok(Withdrawn { cents }) }
///     }
/// }
///
/// Account::given(Deposited { cents: 100 })
///     .when(|account| account.withdraw(130))
///     .then_error("insufficient funds".into());
///
/// Account::given_stored([("account.deposited", 1, r#"{"cents":100}"#)])
///     .when(|account| account.withdraw(30))
///     .then(Withdrawn { cents: 30 })
///     .then_state(|account| assert_eq!(account.cents, 70));
/// ```
///
/// Nothing is stored and nothing waits: a scenario is a fold and a decision. Before any `then` it also
/// proves, of the given and the recorded events:
///
/// - that each comes back from the codec as it went in;
/// - that two folds of them give the same state;
/// - that a snapshot taken after any of them, with the rest applied, gives the state that the replay of all
///   gives (in a history of more than 128 events, at 128 places);
/// - that the state can take each of them.
#[must_use = "a scenario without a `when` decides nothing"]
pub struct Given<A: Aggregate> {
    scene: Scene<A>,
}

impl<A: Aggregate> Given<A> {
    /// These events happened.
    pub fn events(history: impl IntoEvents<A::Event>) -> Self {
        Self {
            scene: Scene::new(None, collected(history)),
        }
    }

    /// Nothing happened yet.
    pub fn nothing() -> Self {
        Self::events(())
    }

    /// These rows are in the store: stored name, version, and the payload as JSON.
    ///
    /// They are read as a repository reads them, through every upcast step.
    ///
    /// # Panics
    ///
    /// If one of them cannot be read; the message shows it and says why.
    #[track_caller]
    pub fn stored(rows: impl IntoIterator<Item = (&'static str, u16, &'static str)>) -> Self {
        let mut history = Vec::new();
        for (place, (name, version, payload)) in rows.into_iter().enumerate() {
            match row::read::<A::Event, _>(&Json::default(), name, version, payload.as_bytes()) {
                Ok(Decoded::One(event)) => history.push(event),
                Ok(Decoded::Many(events)) => history.extend(events),
                Err(error) => fail(&format!(
                    "the stored row {} cannot be read: {error}\n  {name} version {version}: {payload}",
                    place + 1
                )),
            }
        }
        Self {
            scene: Scene::new(None, history),
        }
    }

    /// This is the state, whatever led to it.
    pub fn snapshot(state: A) -> Self {
        Self {
            scene: Scene::new(Some(state), Vec::new()),
        }
    }

    /// Fixes the time at which requests are decided; without it that is 2026-01-01T00:00:00Z.
    ///
    /// # Panics
    ///
    /// If a text is not a time in RFC 3339.
    #[track_caller]
    pub fn at(mut self, time: impl IntoTimestamp) -> Self {
        match time.into_timestamp() {
            Ok(time) => self.scene.now = Some(time),
            Err(problem) => fail(&problem),
        }
        self
    }

    /// Says on whose behalf requests are made, what they follow from, and under which id.
    ///
    /// ```
    /// # use factum::{Aggregate, Apply, Context, Event, Timestamp};
    /// # use serde::{Deserialize, Serialize};
    /// # #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    /// # #[event(name = "account.closed")]
    /// # pub struct Closed { pub at: Timestamp }
    /// # #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    /// # #[aggregate(name = "account", id = String, events(Closed))]
    /// # pub struct Account { closed: bool }
    /// # impl Apply<Closed> for Account { fn apply(&mut self, _: &Closed) { self.closed = true } }
    /// # impl Account {
    /// #     fn close(&self, context: &Context) -> Result<Closed, String> {
    /// #         if self.closed { Err("already closed".into()) } else { Ok(Closed { at: context.now() }) }
    /// #     }
    /// # }
    /// Account::given_nothing()
    ///     .at("2026-01-02T03:04:05Z")
    ///     .with(Context::new().actor("ada"))
    ///     .when_with(|account, context| account.close(context))
    ///     .then(Closed { at: "2026-01-02T03:04:05Z".parse()? })
    ///     .then_metadata(|metadata| assert_eq!(metadata.actor.as_deref(), Some("ada")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// The context's own clock and ids are replaced: time stands still, and ids count.
    pub fn with(mut self, context: Context) -> Self {
        self.scene.context = context;
        self
    }

    /// Takes events and snapshots through this codec, where the application does not use [`Json`].
    pub fn codec(mut self, codec: impl Codec) -> Self {
        self.scene.wire = Box::new(codec);
        self
    }

    /// Makes a request: a decision of the aggregate.
    ///
    /// # Panics
    ///
    /// If one of the checks of [`Given`] fails.
    #[track_caller]
    #[must_use = "a scenario without a `then` expects nothing"]
    pub fn when<'d, T, R>(self, mut decide: impl FnMut(&A) -> Result<T, R> + 'd) -> Then<'d, A, R>
    where
        T: IntoEvents<A::Event>,
    {
        Then::start(self.scene, Request::closure(move |state, _| decide(state)))
    }

    /// Makes a request that asks for the time or for ids, both of which the scenario fixes.
    ///
    /// # Panics
    ///
    /// If one of the checks of [`Given`] fails.
    #[track_caller]
    #[must_use = "a scenario without a `then` expects nothing"]
    pub fn when_with<'d, T, R>(
        self,
        decide: impl FnMut(&A, &Context) -> Result<T, R> + 'd,
    ) -> Then<'d, A, R>
    where
        T: IntoEvents<A::Event>,
    {
        Then::start(self.scene, Request::closure(decide))
    }

    /// Makes a request that is data.
    ///
    /// # Panics
    ///
    /// If one of the checks of [`Given`] fails.
    #[track_caller]
    #[must_use = "a scenario without a `then` expects nothing"]
    pub fn when_command<'d, C>(self, command: C) -> Then<'d, A, <A as Handle<C>>::Error>
    where
        A: Handle<C>,
        C: Command<Aggregate = A> + Debug + 'd,
    {
        Then::start(self.scene, Request::command(command))
    }

    /// Makes a request that arrives as JSON, as a queue delivers it.
    ///
    /// ```
    /// # use factum::{Aggregate, Apply, Command, Context, Event, Handle, IntoEvents};
    /// # use serde::{Deserialize, Serialize};
    /// # #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    /// # #[event(name = "account.deposited")]
    /// # pub struct Deposited { pub cents: u64 }
    /// # #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    /// # #[aggregate(name = "account", id = String, events(Deposited))]
    /// # pub struct Account { cents: u64 }
    /// # impl Apply<Deposited> for Account { fn apply(&mut self, e: &Deposited) { self.cents += e.cents } }
    /// # impl Handle<Deposit> for Account {
    /// #     type Error = String;
    /// #     fn handle(&self, command: &Deposit, _: &Context) -> Result<impl IntoEvents<AccountEvent>, String> {
    /// #         Ok(Deposited { cents: command.cents })
    /// #     }
    /// # }
    /// #[derive(Command, Serialize, Deserialize, Clone, Debug)]
    /// #[command(aggregate = Account, id = account)]
    /// pub struct Deposit { pub account: String, pub cents: u64 }
    ///
    /// Account::given_nothing()
    ///     .when_received::<Deposit>(r#"{"account":"ada","cents":5}"#)
    ///     .then(Deposited { cents: 5 });
    /// ```
    ///
    /// # Panics
    ///
    /// If the command cannot be read, or one of the checks of [`Given`] fails.
    #[track_caller]
    #[must_use = "a scenario without a `then` expects nothing"]
    pub fn when_received<'d, C>(self, json: &str) -> Then<'d, A, <A as Handle<C>>::Error>
    where
        A: Handle<C>,
        C: Command<Aggregate = A> + DeserializeOwned + Debug + 'd,
    {
        self.when_command(received::<C>(json))
    }
}

/// A time in a scenario: a [`Timestamp`], or its text in RFC 3339.
///
/// ```
/// use factum::{Timestamp, testing::IntoTimestamp};
///
/// let time: Timestamp = "2026-01-02T03:04:05Z".parse()?;
/// assert_eq!("2026-01-02T03:04:05Z".into_timestamp(), Ok(time));
/// assert_eq!(time.into_timestamp(), Ok(time));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait IntoTimestamp {
    /// The time, or what is wrong with the text.
    fn into_timestamp(self) -> Result<Timestamp, String>;
}

impl IntoTimestamp for Timestamp {
    fn into_timestamp(self) -> Result<Timestamp, String> {
        Ok(self)
    }
}

impl IntoTimestamp for &str {
    fn into_timestamp(self) -> Result<Timestamp, String> {
        self.parse().map_err(|error| {
            format!("`{self}` is not a time: {error}; write it as in `2026-01-02T03:04:05Z`")
        })
    }
}
