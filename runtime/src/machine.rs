//! State machines: aggregates that are enums, with a struct for each state and an arrow for each event it takes.

/// Where one event leads from one state; write one for each arrow of a state machine.
///
/// `#[derive(Aggregate)]` on an enum makes it a state machine. Its variants are the states, of which the first is
/// where it starts, and `#[state(..)]` draws the arrows that leave one:
///
/// ```
/// use factum::{Aggregate, Event, On, WrongState};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
/// #[event(name = "door.opened")]
/// pub struct Opened;
///
/// #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
/// #[event(name = "door.closed")]
/// pub struct Closed;
///
/// #[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq)]
/// #[aggregate(name = "door", id = String, events(Opened, Closed))]
/// pub enum Door {
///     #[state(Opened => Open)]
///     Shut(Shut),
///     #[state(Closed => Shut)]
///     Open(Open),
/// }
///
/// #[derive(Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
/// pub struct Shut { times_opened: u32 }
///
/// #[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
/// pub struct Open { times_opened: u32 }
///
/// impl On<Opened> for Shut {
///     type Next = Open;
///     fn on(self, _: &Opened) -> Open { Open { times_opened: self.times_opened + 1 } }
/// }
///
/// impl On<Closed> for Open {
///     type Next = Shut;
///     fn on(self, _: &Closed) -> Shut { Shut { times_opened: self.times_opened } }
/// }
///
/// impl Open {
///     fn close(&self) -> Result<Closed, WrongState> { Ok(Closed) }
/// }
///
/// Door::given(Opened).when(|door| door.within(Open::close)).then(Closed);
/// Door::given_nothing()
///     .when(|door| door.within(Open::close))
///     .then_error(WrongState { needed: "Open", actual: "Shut" });
/// ```
///
/// - `on` has no way to fail, as [`Apply`](crate::Apply) has none.
/// - It takes the state by value: what the next state keeps is moved, not copied.
/// - An event without an arrow from the state that it meets is [`Illegal`](crate::Illegal): the history is corrupt,
///   and the state stays as it was.
#[diagnostic::on_unimplemented(
    message = "the state `{Self}` does not say where the event `{E}` leads",
    label = "no `impl On<{E}> for {Self}`",
    note = "write `impl On<{E}> for {Self} {{ type Next = {Self}; fn on(self, event: &{E}) -> {Self} {{ todo!() }} }}`"
)]
pub trait On<E>: Sized {
    /// The state that it leads to.
    type Next;

    /// Takes the event.
    fn on(self, event: &E) -> Self::Next;
}

/// A decision that belongs to one state was asked for in another; nothing was decided.
///
/// `within` on a state machine makes it. Give your own error a `From`, and a decision keeps its one type of error:
///
/// ```
/// use factum::WrongState;
///
/// #[derive(thiserror::Error, Debug, PartialEq)]
/// enum OrderError {
///     #[error("the order is empty")]
///     Empty,
///     #[error(transparent)]
///     WrongState(#[from] WrongState),
/// }
///
/// let error = OrderError::from(WrongState { needed: "Open", actual: "Paid" });
/// assert_eq!(error.to_string(), "this needs the state `Open`, and the state is `Paid`");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this needs the state `{needed}`, and the state is `{actual}`")]
pub struct WrongState {
    /// The state that the decision is written for, by the name of its variant.
    pub needed: &'static str,
    /// The state that the machine is in, by the name of its variant.
    pub actual: &'static str,
}

/// The struct of one state of the machine `M`.
#[diagnostic::on_unimplemented(
    message = "`{M}` has no state `{Self}`",
    label = "no variant of `{M}` holds a `{Self}`",
    note = "decide in one of its states, or add `{Self}({Self})` to `{M}` and an arrow that leads there"
)]
pub trait State<M>: Sized {
    /// The name of its variant.
    const NAME: &'static str;

    /// Itself: what is asked of this is not asked, and so not missed, where there is no such state.
    type Itself;

    /// The state, if the machine is in it.
    fn of(machine: &M) -> Option<&Self>;
}

/// Where a machine starts.
#[diagnostic::on_unimplemented(
    message = "the machine starts in `{Self}`, which has no `Default`",
    label = "no `Default`",
    note = "add to `{Self}`: `#[derive(Default)]`"
)]
pub trait Initial {
    /// The state before the first event.
    fn initial() -> Self;
}

#[diagnostic::do_not_recommend]
impl<S: Default> Initial for S {
    #[inline]
    fn initial() -> Self {
        S::default()
    }
}

/// An arrow as it is drawn: its `On` is there, and leads where the arrow says.
#[diagnostic::on_unimplemented(
    message = "`{E}` does not lead from the state `{Self}` to `{To}`, as its arrow says",
    label = "no `impl On<{E}> for {Self}` with `type Next = {To}`",
    note = "if there is one that leads elsewhere, change it or the arrow; if there is none, write `impl On<{E}> for {Self} {{ type Next = {To}; fn on(self, event: &{E}) -> {To} {{ todo!() }} }}`"
)]
pub trait Leads<E, To> {
    /// Follows it.
    fn lead(self, event: &E) -> To;
}

#[diagnostic::do_not_recommend]
impl<E, To, S: On<E, Next = To>> Leads<E, To> for S {
    #[inline]
    fn lead(self, event: &E) -> To {
        self.on(event)
    }
}

/// What a decision in the state `S` of the machine `M` may return: an event with an arrow from there, several of
/// which each has one from where the one before leads, or nothing.
///
/// Derived for each arrow, so that an `On` alone, which nobody has drawn, lets nothing through.
#[diagnostic::on_unimplemented(
    message = "state `{S}` of `{M}` cannot take the event `{Self}`",
    label = "no arrow for `{Self}` leaves `{S}`",
    note = "return the event itself, not the enum of all; if `{S}` can take it, draw the arrow on its variant: `#[state({Self} => {S})]`, or to where it leads"
)]
pub trait TakenIn<S, M> {
    /// Where it leads: `At`, or `Perhaps`.
    type Leads;
}

/// In the state `S`.
pub struct At<S>(S);

/// In the state `S` still, or where `Moved` is.
pub struct Perhaps<S, Moved>(S, Moved);

/// One state, so that another event may follow there.
#[diagnostic::on_unimplemented(
    message = "an event cannot follow an `Option` that leads to another state",
    label = "after the `Option` there are two states to go on from",
    note = "put the `Option` last, or return an `Option` of the whole tuple"
)]
pub trait Certain {
    /// That state.
    type State;
}

impl<S> Certain for At<S> {
    type State = S;
}

/// `None` and `Some` lead to the same state.
impl<S> Certain for Perhaps<S, At<S>> {
    type State = S;
}

/// What can be recorded again and again in the state `S`.
#[diagnostic::on_unimplemented(
    message = "state `{S}` of `{M}` cannot take several `{Self}`, one after another",
    label = "no arrow for `{Self}` leads from `{S}` back to it",
    note = "if it can, draw the arrow on its variant: `#[state({Self} => {S})]`"
)]
pub trait TakenAgainIn<S, M> {}

#[diagnostic::do_not_recommend]
impl<S, M, T: TakenIn<S, M, Leads: Certain<State = S>>> TakenAgainIn<S, M> for T {}

impl<S, M> TakenIn<S, M> for () {
    type Leads = At<S>;
}

impl<S, M, T: TakenIn<S, M>> TakenIn<S, M> for Option<T> {
    type Leads = Perhaps<S, T::Leads>;
}

impl<S, M, T: TakenAgainIn<S, M>> TakenIn<S, M> for Vec<T> {
    type Leads = At<S>;
}

impl<S, M, T: TakenAgainIn<S, M>, const N: usize> TakenIn<S, M> for [T; N] {
    type Leads = At<S>;
}

macro_rules! tuples {
    ($only:ident) => {
        impl<S, M, $only: TakenIn<S, M>> TakenIn<S, M> for ($only,) {
            type Leads = $only::Leads;
        }
    };
    ($first:ident $($rest:ident)+) => {
        impl<S, M, $first, $($rest),+> TakenIn<S, M> for ($first, $($rest),+)
        where
            $first: TakenIn<S, M, Leads: Certain>,
            ($($rest,)+): TakenIn<<$first::Leads as Certain>::State, M>,
        {
            type Leads = <($($rest,)+) as TakenIn<<$first::Leads as Certain>::State, M>>::Leads;
        }

        tuples!($($rest)+);
    };
}

tuples!(A B C D E F G H);

/// The error of a decision: what it says where it is asked for in the wrong state.
#[diagnostic::on_unimplemented(
    message = "the error `{Self}` cannot tell of the wrong state",
    label = "not made from a `WrongState`",
    note = "for an error of your own, write `impl From<factum::WrongState> for {Self} {{ fn from(error: factum::WrongState) -> Self {{ todo!() }} }}`"
)]
pub trait Rejection {
    /// Nothing was decided.
    fn wrong_state(error: WrongState) -> Self;
}

#[diagnostic::do_not_recommend]
impl<R: From<WrongState>> Rejection for R {
    fn wrong_state(error: WrongState) -> Self {
        error.into()
    }
}

/// Decides in the state `S`, if the machine is in it; `actual` names the state that it is in.
#[inline]
pub fn within<M, S: State<M>, T, R: Rejection>(
    machine: &M,
    actual: &'static str,
    decide: impl FnOnce(&S) -> Result<T, R>,
) -> Result<T, R> {
    let needed = S::NAME;
    let wrong = || R::wrong_state(WrongState { needed, actual });
    decide(S::of(machine).ok_or_else(wrong)?)
}
