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
    label = "`{Self}` is in no variant of `{M}`",
    note = "a decision takes a reference to the struct of one state, as in `|state: &{Self}| ..`, and `{M}` needs the variant `{Self}({Self})`"
)]
pub trait State<M>: Sized {
    /// The name of its variant.
    const NAME: &'static str;

    /// The state, if the machine is in it.
    fn of(machine: &M) -> Option<&Self>;
}

/// Where a machine starts.
#[diagnostic::on_unimplemented(
    message = "the first state `{Self}` is where the machine starts, and it has no `Default`",
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
    message = "nothing says how `{E}` leads from the state `{Self}` to `{To}`",
    label = "no `impl On<{E}> for {Self}` with `type Next = {To}`",
    note = "write `impl On<{E}> for {Self} {{ type Next = {To}; fn on(self, event: &{E}) -> {To} {{ todo!() }} }}`"
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
    note = "if it can, draw the arrow on the variant and say where it leads: `#[state({Self} => {S})]`"
)]
pub trait TakenIn<S, M> {
    /// Where it leads: [`At`], or [`Perhaps`].
    type Leads;
}

/// In the state `S`.
pub struct At<S>(S);

/// In the state `S` still, or where `Moved` is.
pub struct Perhaps<S, Moved>(S, Moved);

/// One state, so that something else may follow there.
#[diagnostic::on_unimplemented(
    message = "an event cannot follow what may or may not have left its state",
    label = "an `Option` that leads elsewhere stands before another event",
    note = "put the `Option` last, or decide first and return one of two tuples in an `Option` each"
)]
pub trait Certain {
    /// That state.
    type State;
}

impl<S> Certain for At<S> {
    type State = S;
}

impl<S, Moved: Certain<State = S>> Certain for Perhaps<S, Moved> {
    type State = S;
}

impl<S, M> TakenIn<S, M> for () {
    type Leads = At<S>;
}

impl<S, M, T: TakenIn<S, M>> TakenIn<S, M> for Option<T> {
    type Leads = Perhaps<S, T::Leads>;
}

impl<S, M, T: TakenIn<S, M, Leads: Certain<State = S>>> TakenIn<S, M> for Vec<T> {
    type Leads = At<S>;
}

impl<S, M, T: TakenIn<S, M, Leads: Certain<State = S>>, const N: usize> TakenIn<S, M> for [T; N] {
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

/// Decides in the state `S`, if the machine is in it; `actual` is the name of the state that it is in.
#[inline]
pub fn within<M, S, T, R>(
    machine: &M,
    actual: &'static str,
    decide: impl FnOnce(&S) -> Result<T, R>,
) -> Result<T, R>
where
    S: State<M>,
    R: From<WrongState>,
{
    match S::of(machine) {
        Some(state) => decide(state),
        None => Err(R::from(WrongState {
            needed: S::NAME,
            actual,
        })),
    }
}
