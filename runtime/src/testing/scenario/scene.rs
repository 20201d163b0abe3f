//! Where a scenario plays: its history, time and context, and how a failure tells of them.

use std::fmt::{Debug, Write};
use std::sync::Arc;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::wire::Wire;
use crate::aggregate::{Aggregate, Illegal, IntoEvents, collected};
use crate::clock::Ids;
use crate::codec::{Codec, Json};
use crate::command::{Command, Handle};
use crate::context::Context;
use crate::error::EncodeError;
use crate::recorded::{CommandId, CommandStamp};
use crate::testing::difference::fields::line;
use crate::testing::difference::paint::Paint;
use crate::testing::fixed::{CountingIds, FixedClock};

/// Fails the scenario at the line of whoever wrote it.
#[track_caller]
#[expect(clippy::panic, reason = "a scenario fails as every test does")]
pub(in crate::testing) fn fail(report: &str) -> ! {
    panic!("{}", report.trim_end())
}

/// The correlation of a request that brings none: not one of the ids that decisions are given.
const CORRELATION: Uuid = Uuid::from_u128(0x7000_8000_0000_0000_0000);

/// The time where nobody gave one: 2026-01-01T00:00:00Z.
pub(in crate::testing) const NOW: Timestamp = Timestamp::constant(1_767_225_600, 0);

pub(super) struct Scene<A: Aggregate> {
    pub(super) snapshot: Option<A>,
    pub(super) history: Vec<A::Event>,
    pub(super) now: Option<Timestamp>,
    pub(super) context: Context,
    pub(super) wire: Box<dyn Wire<A>>,
    /// The requests that recorded something under an id of their own.
    pub(super) carried_out: Vec<CommandStamp>,
    ids: Arc<dyn Ids>,
}

impl<A: Aggregate> Scene<A> {
    /// The most given events that a report shows: the last ones, which matter most.
    const SHOWN: usize = 40;

    pub(super) fn new(snapshot: Option<A>, history: Vec<A::Event>) -> Self {
        Self {
            snapshot,
            history,
            now: None,
            context: Context::new(),
            wire: Box::new(Json::default()),
            carried_out: Vec::new(),
            ids: Arc::new(CountingIds::default()),
        }
    }

    /// The state before the history.
    pub(super) fn start(&self) -> A {
        self.snapshot.clone().unwrap_or_default()
    }

    pub(super) fn folded(&self) -> Result<A, String> {
        let mut state = self.start();
        for (place, event) in self.history.iter().enumerate() {
            if let Err(Illegal { state, event }) = state.fold(event) {
                return Err(format!(
                    "the given `{event}` (event {} of {}) cannot follow in the state `{state}`\n\
                     help: give the events that lead there first, or let the state take this one",
                    place + 1,
                    self.history.len(),
                ));
            }
        }
        Ok(state)
    }

    /// What a request is told beside the state.
    pub(super) fn context_of<R>(&self, request: &Request<'_, A, R>) -> Context {
        let clock = FixedClock::new(self.now.unwrap_or(NOW));
        let mut context = self.context.clone();
        context.complete(request.command_id, request.occurred_at);
        context.carry_out_by(&clock, Some(Arc::clone(&self.ids)));
        context.correlate(|_| CORRELATION);
        context
    }

    /// The report of a failure: what is wrong, and how it came to be.
    pub(super) fn report(&self, headline: &str, when: &str, then: Option<&str>) -> String {
        let paint = Paint::of_stderr();
        let mut out = format!("{headline}\n\n");
        let hidden = self.history.len().saturating_sub(Self::SHOWN);
        let mut given: Vec<String> = self.history[hidden..].iter().map(line).collect();
        if hidden > 0 {
            given.insert(0, paint.quiet(&format!("{hidden} events, and")));
        }
        match &self.snapshot {
            Some(state) => {
                section(&mut out, "given", &format!("the snapshot {state:?}"), paint);
                section(&mut out, "", &given.join("\n"), paint);
            }
            None if given.is_empty() => section(&mut out, "given", "nothing", paint),
            None => section(&mut out, "given", &given.join("\n"), paint),
        }
        if let Some(now) = self.now {
            section(&mut out, "at", &now.to_string(), paint);
        }
        section(&mut out, "when", when, paint);
        if let Some(then) = then {
            section(&mut out, "then", then, paint);
        }
        out
    }
}

/// A command as a queue delivers it.
#[track_caller]
pub(super) fn received<C: Command + DeserializeOwned>(json: &str) -> C {
    Json::default()
        .decode(json.as_bytes())
        .unwrap_or_else(|error| {
            fail(&format!(
                "the command `{}` cannot be read: {error}\n  {json}",
                C::NAME
            ))
        })
}

/// Lines behind a label, aligned.
fn section(out: &mut String, label: &str, text: &str, paint: Paint) {
    let mut label = paint.label(&format!("{label:<7}"));
    for line in text.lines() {
        let _ = writeln!(out, "{}", format!("{label}{line}").trim_end());
        " ".repeat(7).clone_into(&mut label);
    }
}

type Decide<'d, A, R> =
    Box<dyn FnMut(&A, &Context) -> Result<Vec<<A as Aggregate>::Event>, R> + 'd>;

/// A request that may be made again.
pub(super) struct Request<'d, A: Aggregate, R> {
    pub(super) text: String,
    pub(super) decide: Decide<'d, A, R>,
    command_id: Option<CommandId>,
    occurred_at: Option<Timestamp>,
    name: &'static str,
    content: Result<Vec<u8>, EncodeError>,
}

impl<'d, A: Aggregate, R> Request<'d, A, R> {
    pub(super) fn closure<T: IntoEvents<A::Event>>(
        mut decide: impl FnMut(&A, &Context) -> Result<T, R> + 'd,
    ) -> Self {
        Self {
            text: "a closure".to_owned(),
            decide: Box::new(move |state, context| decide(state, context).map(collected)),
            command_id: None,
            occurred_at: None,
            name: CommandStamp::UPDATE,
            content: Ok(Vec::new()),
        }
    }

    pub(super) fn command<C>(command: C) -> Self
    where
        A: Handle<C, Error = R>,
        C: Command<Aggregate = A> + Debug + 'd,
    {
        let mut content = Vec::new();
        let encoded = Json::default().encode(&command, &mut content);
        Self {
            text: format!("{command:?}"),
            command_id: command.command_id(),
            occurred_at: command.occurred_at(),
            name: C::NAME,
            content: encoded.map(|()| content),
            decide: Box::new(move |state, context| state.handle(&command, context).map(collected)),
        }
    }

    /// By what the events of this request remember it, if it came with an id.
    pub(super) fn stamp(&self, context: &Context) -> Result<Option<CommandStamp>, String> {
        let Some(id) = context.id() else {
            return Ok(None);
        };
        match &self.content {
            Ok(encoded) => Ok(Some(CommandStamp::new(id, self.name, encoded))),
            Err(error) => Err(format!(
                "the command has an id, and cannot be encoded: {error}"
            )),
        }
    }
}
