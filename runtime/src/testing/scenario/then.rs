//! When and then: a request that was made, and what came of it.

use std::fmt::{Debug, Write};

use serde::de::DeserializeOwned;

use super::checks::Checks;
use super::given::IntoTimestamp;
use super::scene::{Request, Scene, fail, received};
use crate::aggregate::{Aggregate, Illegal, IntoEvents};
use crate::command::{Command, Handle};
use crate::context::Context;
use crate::recorded::Metadata;
use crate::testing::difference::fields::line;

/// What came of a request: the events that it recorded, or its rejection.
///
/// See [`Given`](crate::testing::Given) for an example. What a `then` says:
///
/// | method | holds if |
/// | --- | --- |
/// | [`then`](Then::then) | exactly these events were recorded |
/// | [`then_contains`](Then::then_contains) | these events were, in this order, maybe with others between |
/// | [`then_matching`](Then::then_matching) | the named fields are these: see [`partial!`](crate::partial) |
/// | [`then_nothing`](Then::then_nothing) | the request was accepted and recorded nothing |
/// | [`then_error`](Then::then_error) | it was rejected, just so |
/// | [`then_error_matching`](Then::then_error_matching) | it was rejected, in some such way |
/// | [`then_state`](Then::then_state) | assertions of your own on the state pass |
/// | [`then_state_is`](Then::then_state_is) | the state is exactly this |
/// | [`then_metadata`](Then::then_metadata) | assertions of your own on the metadata pass |
///
/// - Each returns the same outcome, so that several can follow each other.
/// - A failure prints the given, the when, and the difference: `-` is expected, `+` is recorded. It is
///   coloured on a terminal, never with `NO_COLOR`, always with `CARGO_TERM_COLOR=always`.
/// - [`and_when`](Then::and_when) goes on: what was recorded becomes the history of the next request.
/// - `'d` is how long the request's closure may be kept; it borrows what your test gave it.
pub struct Then<'d, A: Aggregate, R> {
    pub(super) scene: Scene<A>,
    pub(super) state: A,
    pub(in crate::testing) recorded: Vec<A::Event>,
    /// How the last run ended.
    pub(in crate::testing) last: Result<(), R>,
    /// How many runs there were, and how many of them were rejected.
    pub(super) runs: usize,
    pub(super) rejected: usize,
    pub(super) metadata: Option<Metadata>,
    request: Request<'d, A, R>,
}

impl<'d, A: Aggregate, R> Then<'d, A, R> {
    #[track_caller]
    pub(super) fn start(scene: Scene<A>, request: Request<'d, A, R>) -> Self {
        let state = match scene.folded() {
            Ok(state) => state,
            Err(problem) => fail(&scene.report(&problem, &request.text, None)),
        };
        let mut then = Self {
            scene,
            state,
            recorded: Vec::new(),
            last: Ok(()),
            runs: 0,
            rejected: 0,
            metadata: None,
            request,
        };
        then.run(1);
        then
    }

    /// Makes the same request this many times more, as a queue does that delivers at least once.
    ///
    /// - A request with a command id whose first run recorded something is not decided again.
    /// - Any other is decided again, on the state that the run before has left, and what it records is
    ///   added. A `then` about events speaks of all runs together, one about an error of the last.
    ///
    /// ```
    /// # use factum::{Aggregate, Apply, CommandId, Context, Event};
    /// # use serde::{Deserialize, Serialize};
    /// # #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    /// # #[event(name = "account.deposited")]
    /// # pub struct Deposited { pub cents: u64 }
    /// # #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    /// # #[aggregate(name = "account", id = String, events(Deposited))]
    /// # pub struct Account { cents: u64 }
    /// # impl Apply<Deposited> for Account { fn apply(&mut self, e: &Deposited) { self.cents += e.cents } }
    /// let deposit = |_: &Account| Ok::<_, String>(Deposited { cents: 5 });
    ///
    /// Account::given_nothing()
    ///     .when(deposit)
    ///     .when_again(1)
    ///     .then([Deposited { cents: 5 }, Deposited { cents: 5 }]);
    ///
    /// Account::given_nothing()
    ///     .with(Context::new().command_id(CommandId::named("till 3, slip 77")))
    ///     .when(deposit)
    ///     .when_again(1)
    ///     .then(Deposited { cents: 5 });
    /// ```
    ///
    /// # Panics
    ///
    /// If one of the checks of [`Given`](crate::testing::Given) fails.
    #[track_caller]
    #[must_use = "a scenario without a `then` expects nothing"]
    pub fn when_again(mut self, times: usize) -> Self {
        self.run(times);
        self
    }

    /// Makes another request, after all that was recorded so far.
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
    ///     .when_with(|account, context| account.close(context))
    ///     .then_state_is(Account { closed: true })
    ///     .and_at("2026-02-01T00:00:00Z")
    ///     .and_when_with(|account, context| account.close(context))
    ///     .then_error("already closed".into());
    /// ```
    ///
    /// # Panics
    ///
    /// If one of the checks of [`Given`](crate::testing::Given) fails.
    #[track_caller]
    #[must_use = "a scenario without a `then` expects nothing"]
    pub fn and_when<'n, T, N>(
        self,
        mut decide: impl FnMut(&A) -> Result<T, N> + 'n,
    ) -> Then<'n, A, N>
    where
        T: IntoEvents<A::Event>,
    {
        Then::start(
            self.after(),
            Request::closure(move |state, _| decide(state)),
        )
    }

    /// Makes another request that asks for the time or for ids.
    ///
    /// # Panics
    ///
    /// If one of the checks of [`Given`](crate::testing::Given) fails.
    #[track_caller]
    #[must_use = "a scenario without a `then` expects nothing"]
    pub fn and_when_with<'n, T, N>(
        self,
        decide: impl FnMut(&A, &Context) -> Result<T, N> + 'n,
    ) -> Then<'n, A, N>
    where
        T: IntoEvents<A::Event>,
    {
        Then::start(self.after(), Request::closure(decide))
    }

    /// Makes another request that is data.
    ///
    /// # Panics
    ///
    /// If one of the checks of [`Given`](crate::testing::Given) fails.
    #[track_caller]
    #[must_use = "a scenario without a `then` expects nothing"]
    pub fn and_when_command<'n, C>(self, command: C) -> Then<'n, A, <A as Handle<C>>::Error>
    where
        A: Handle<C>,
        C: Command<Aggregate = A> + Debug + 'n,
    {
        Then::start(self.after(), Request::command(command))
    }

    /// Makes another request that arrives as JSON; see [`Given::when_received`](crate::testing::Given::when_received).
    ///
    /// # Panics
    ///
    /// If the command cannot be read, or one of the checks of [`Given`](crate::testing::Given) fails.
    #[track_caller]
    #[must_use = "a scenario without a `then` expects nothing"]
    pub fn and_when_received<'n, C>(self, json: &str) -> Then<'n, A, <A as Handle<C>>::Error>
    where
        A: Handle<C>,
        C: Command<Aggregate = A> + DeserializeOwned + Debug + 'n,
    {
        self.and_when_command(received::<C>(json))
    }

    /// Fixes the time of the requests that follow.
    ///
    /// # Panics
    ///
    /// If a text is not a time in RFC 3339.
    #[track_caller]
    pub fn and_at(mut self, time: impl IntoTimestamp) -> Self {
        match time.into_timestamp() {
            Ok(time) => self.scene.now = Some(time),
            Err(problem) => fail(&problem),
        }
        self
    }

    /// Says on whose behalf the requests that follow are made, and under which id.
    pub fn and_with(mut self, context: Context) -> Self {
        self.scene.context = context;
        self
    }

    /// The events that were recorded, by all runs of this request.
    pub fn events(&self) -> &[A::Event] {
        &self.recorded
    }

    /// The state that the history and the recorded events give.
    pub fn state(&self) -> &A {
        &self.state
    }

    fn after(mut self) -> Scene<A> {
        self.scene.history.append(&mut self.recorded);
        self.scene
    }

    #[track_caller]
    fn run(&mut self, times: usize) {
        for _ in 0..times {
            if let Err(problem) = self.run_once() {
                fail(&self.report(&problem, None));
            }
        }
        let history = self.scene.history.iter();
        let checks = Checks {
            start: self.scene.start(),
            events: history.chain(&self.recorded).collect(),
            given: self.scene.history.len(),
            wire: &*self.scene.wire,
        };
        if let Err(problem) = checks.run() {
            let recorded: Vec<String> = self.recorded.iter().map(line).collect();
            let then = (!recorded.is_empty()).then(|| recorded.join("\n"));
            fail(&self.report(&problem, then.as_deref()));
        }
    }

    /// Does what a repository does with a request.
    fn run_once(&mut self) -> Result<(), String> {
        self.runs += 1;
        let context = self.scene.context_of(&self.request);
        let stamp = self.request.stamp(&context)?;
        if let Some(stamp) = stamp
            && let Some(first) = self
                .scene
                .carried_out
                .iter()
                .find(|first| first.id == stamp.id)
        {
            if *first == stamp {
                self.last = Ok(());
                return Ok(());
            }
            return Err(format!(
                "command {} was already carried out with other content; a new command needs a new id",
                stamp.id
            ));
        }
        let events = match (self.request.decide)(&self.state, &context) {
            Ok(events) => events,
            Err(rejection) => {
                self.rejected += 1;
                self.last = Err(rejection);
                return Ok(());
            }
        };
        self.last = Ok(());
        if !events.is_empty() {
            self.metadata = Some(context.said(stamp).into());
            self.scene.carried_out.extend(stamp);
        }
        for event in events {
            if let Err(Illegal { state, event }) = self.state.fold(&event) {
                return Err(format!(
                    "the request recorded `{event}`, which the state `{state}` cannot take\n\
                     help: reject the request in this state, or let the state take the event"
                ));
            }
            self.recorded.push(event);
        }
        Ok(())
    }

    pub(super) fn report(&self, headline: &str, then: Option<&str>) -> String {
        let mut when = self.request.text.clone();
        if self.runs > 1 {
            let _ = write!(when, ", {} times", self.runs);
            if self.rejected > 0 {
                let _ = write!(when, ", of which {} rejected", self.rejected);
            }
        }
        self.scene.report(headline, &when, then)
    }
}
