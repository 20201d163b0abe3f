//! What decides: state that is folded from a stream, and the closed set of events it is folded from.

use std::fmt::Debug;

use crate::codec::Codec;
use crate::error::{DecodeError, EncodeError};
use crate::event::EventInfo;
use crate::stored::StoredState;
use crate::stream::StreamId;

/// State that is folded from one stream of events and decides what may happen next.
///
/// Derive it on a struct; the derive also writes `enum AccountEvent`, the dispatch of `apply`, the
/// decoder and `Account::given(..)`:
///
/// ```
/// use factum::{Aggregate, Apply, Event};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
/// #[event(name = "account.deposited")]
/// pub struct Deposited { pub cents: u64 }
///
/// #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
/// #[aggregate(name = "account", id = String, events(Deposited))]
/// pub struct Account { cents: u64 }
///
/// impl Apply<Deposited> for Account {
///     fn apply(&mut self, event: &Deposited) { self.cents += event.cents }
/// }
///
/// let mut account = Account::default();
/// account.fold(&AccountEvent::Deposited(Deposited { cents: 5 }))?;
/// assert_eq!(account.cents, 5);
/// # Ok::<(), factum::Illegal>(())
/// ```
///
/// - On an enum it makes a state machine: see [`On`](crate::On).
/// - `Default` is the state before the first event.
/// - `Serialize` and `Deserialize` carry the state through snapshots; a field that serde skips would be
///   lost there, so every scenario of the test kit folds through one.
/// - Folding is pure: the same events give the same state, with no clock, no randomness, no I/O.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an aggregate",
    label = "not an aggregate",
    note = "to make `{Self}` one, add `#[derive(Aggregate)] #[aggregate(name = \"thing\", id = String, events(Happened))]`"
)]
pub trait Aggregate: StoredState + Send + Sync + 'static {
    /// Its stored name: the category of its streams.
    const NAME: &'static str;

    /// Its doc comment, for its [catalogue](crate::catalog).
    const DOC: &'static str = "";

    /// The states of a state machine, the first one first; none if it is not one.
    const STATES: &'static [&'static str] = &[];

    /// What each state takes: the state, the event by its stored name, and the state that it leads to.
    const ARROWS: &'static [[&'static str; 3]] = &[];

    /// What tells one from another.
    type Id: StreamId;

    /// The closed set of events that it is folded from.
    type Event: EventSet;

    /// A number for everything that folding depends on and this build knows: the state's declaration, what its types
    /// read wherever they are declared (traced once in a process), its events' names and versions, and
    /// `snapshot(logic = n)`. A snapshot with another one is not used.
    ///
    /// Its highest 16 bits count what only grows from release to release: the events that are read, their versions and
    /// former names, those that are retired, the names that are ignored, and the logic. A snapshot of a higher count is not
    /// overwritten.
    fn shape() -> u64;

    /// Folds one event into the state.
    fn fold(&mut self, event: &Self::Event) -> Result<(), Illegal>;
}

/// How one event changes the state; write one for each event that an aggregate lists.
///
/// See [`Aggregate`] for an example. `apply` has no way to fail: whether something may happen is decided
/// before it is recorded, and what is recorded has happened.
#[diagnostic::on_unimplemented(
    message = "`{Self}` lists the event `{E}` but does not say how to apply it",
    label = "no `impl Apply<{E}> for {Self}`",
    note = "write `impl Apply<{E}> for {Self} {{ fn apply(&mut self, event: &{E}) {{ todo!() }} }}`"
)]
pub trait Apply<E> {
    /// Takes the event into the state.
    fn apply(&mut self, event: &E);
}

/// An event that the state it meets cannot take: the history is corrupt, or written by other rules.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the event `{event}` cannot follow in the state `{state}`")]
pub struct Illegal {
    /// The state, by the name of its variant.
    pub state: &'static str,
    /// The event's stored name.
    pub event: &'static str,
}

/// A closed set of events that are written and read together; derived with the aggregate.
///
/// By hand, where no aggregate stands behind the set, such as for a read model over several:
///
/// ```
/// use factum::{Codec, DecodeError, Decoded, EncodeError, Event, EventInfo, EventSet};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
/// #[event(name = "order.paid")]
/// pub struct Paid { pub cents: u64 }
///
/// #[derive(Debug, Clone, PartialEq)]
/// enum Revenue { Paid(Paid) }
///
/// impl EventSet for Revenue {
///     const READS: &'static [EventInfo] = &[Paid::INFO];
///     fn info(&self) -> &'static EventInfo { &Self::READS[0] }
///     fn encode<C: Codec>(&self, codec: &C, out: &mut Vec<u8>) -> Result<(), EncodeError> {
///         match self { Self::Paid(event) => codec.encode(event, out) }
///     }
///     fn decode<C: Codec>(codec: &C, name: &str, version: u16, payload: &[u8]) -> Result<Decoded<Self>, DecodeError> {
///         match name {
///             "order.paid" => Ok(Decoded::One(Self::Paid(Paid::decode(codec, version, payload)?))),
///             _ => Err(DecodeError::unknown_event::<Self>(name)),
///         }
///     }
/// }
/// # let event = Revenue::Paid(Paid { cents: 5 });
/// # let mut bytes = Vec::new();
/// # event.encode(&factum::Json::default(), &mut bytes)?;
/// # assert_eq!(Revenue::decode(&factum::Json::default(), "order.paid", 1, &bytes)?, Decoded::One(event));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait EventSet: Clone + Debug + PartialEq + Send + Sync + Sized + 'static {
    /// Every stored name that this set reads, with its versions.
    const READS: &'static [EventInfo];

    /// The stored names that are read as nothing.
    const IGNORES: &'static [&'static str] = &[];

    /// The stored names of events that are read as others, and no longer written.
    const RETIRES: &'static [&'static str] = &[];

    /// The stored name and version that this event is written with.
    fn info(&self) -> &'static EventInfo;

    /// Appends the event's payload to `out`.
    fn encode<C: Codec>(&self, codec: &C, out: &mut Vec<u8>) -> Result<(), EncodeError>;

    /// Reads a stored payload, through every upcast step, straight into the current struct.
    fn decode<C: Codec>(
        codec: &C,
        name: &str,
        version: u16,
        payload: &[u8],
    ) -> Result<Decoded<Self>, DecodeError>;
}

/// What one stored event is read as.
#[derive(Debug, Clone, PartialEq)]
pub enum Decoded<E> {
    /// One event, which is nearly always so.
    One(E),
    /// None or several: an event that is no longer written was dropped or split. They share the revision
    /// and the position, and count `index` from 0.
    Many(Vec<E>),
}

/// What a decision may return: an event, a tuple, array, `Vec` or `Option` of them, `()`, or the enum.
///
/// ```
/// use factum::IntoEvents;
/// # use factum::{Aggregate, Apply, Event};
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
/// # #[event(name = "account.opened")]
/// # pub struct Opened;
/// # #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
/// # #[event(name = "account.deposited")]
/// # pub struct Deposited { pub cents: u64 }
/// # #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
/// # #[aggregate(name = "account", id = String, events(Opened, Deposited))]
/// # pub struct Account;
/// # impl Apply<Opened> for Account { fn apply(&mut self, _: &Opened) {} }
/// # impl Apply<Deposited> for Account { fn apply(&mut self, _: &Deposited) {} }
///
/// let mut events: Vec<AccountEvent> = Vec::new();
/// (Opened, Some(Deposited { cents: 5 })).into_events(&mut events);
/// ().into_events(&mut events);
/// assert_eq!(events, [Opened.into(), Deposited { cents: 5 }.into()]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be recorded as `{E}`s",
    label = "not an event of this aggregate",
    note = "return an event that the aggregate lists in `events(..)`, a tuple, array, `Vec` or `Option` of them, or for nothing `()`"
)]
pub trait IntoEvents<E> {
    /// Appends the events to `out`, in order.
    fn into_events(self, out: &mut Vec<E>);
}

/// The events of a decision's answer.
pub(crate) fn collected<E>(events: impl IntoEvents<E>) -> Vec<E> {
    // Most decisions are one event.
    let mut collected = Vec::with_capacity(1);
    events.into_events(&mut collected);
    collected
}

impl<E> IntoEvents<E> for () {
    fn into_events(self, _: &mut Vec<E>) {}
}

impl<E, T: IntoEvents<E>> IntoEvents<E> for Option<T> {
    fn into_events(self, out: &mut Vec<E>) {
        if let Some(events) = self {
            events.into_events(out);
        }
    }
}

impl<E, T: IntoEvents<E>> IntoEvents<E> for Vec<T> {
    fn into_events(self, out: &mut Vec<E>) {
        for events in self {
            events.into_events(out);
        }
    }
}

impl<E, T: IntoEvents<E>, const N: usize> IntoEvents<E> for [T; N] {
    fn into_events(self, out: &mut Vec<E>) {
        for events in self {
            events.into_events(out);
        }
    }
}

macro_rules! tuples {
    ($($event:ident)+) => {
        impl<Set, $($event: IntoEvents<Set>),+> IntoEvents<Set> for ($($event,)+) {
            #[expect(non_snake_case, reason = "the type parameters name the places")]
            fn into_events(self, out: &mut Vec<Set>) {
                let ($($event,)+) = self;
                $($event.into_events(out);)+
            }
        }
    };
}

tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);
