//! A history as far as it went: what was taken, what state it left, and what is wrong with it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::aggregate::{Aggregate, EventSet, Illegal};
use crate::clock::Ids;
use crate::codec::Json;
use crate::context::Context;
use crate::event::EventInfo;
use crate::testing::caught::caught;
use crate::testing::difference::fields::line;
use crate::testing::fixed::{CountingIds, FixedClock};
use crate::testing::scenario::checks::Checks;
use crate::testing::scenario::scene::NOW;
use crate::testing::scenario::wire::Wire;

/// A history as far as it went.
pub(super) struct Walk<A: Aggregate> {
    pub(super) state: A,
    events: Vec<A::Event>,
    /// The choices behind each of the steps that were taken.
    pub(super) steps: Vec<Vec<u64>>,
    /// The steps that recorded something, or failed.
    pub(super) taken: Vec<Taken>,
    pub(super) failure: Option<Failure>,
    now: Timestamp,
    ids: Arc<dyn Ids>,
}

/// A step: the command, if it was one, and what is stored of it.
pub(super) struct Taken {
    pub(super) command: Option<Received>,
    pub(super) rows: Vec<Row>,
}

/// A command as a queue delivers it.
pub(super) struct Received {
    pub(super) name: String,
    pub(super) json: String,
    pub(super) at: Timestamp,
}

/// A row as `given_stored` takes it.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) version: u16,
    pub(super) json: String,
}

/// What is wrong with a history.
pub(super) struct Failure {
    pub(super) text: String,
    /// The same for two histories that go wrong for the same reason.
    pub(super) reason: String,
}

impl Failure {
    fn new(text: String) -> Self {
        let first = text.lines().next().unwrap_or_default();
        let kept = |c: &char| !c.is_ascii_digit() && !"()".contains(*c);
        // Where it happened in the history is no part of the reason.
        let reason = first.split(" (").next().unwrap_or(first);
        let reason = reason.chars().filter(kept).collect::<String>();
        Self {
            text,
            reason: reason.replace("events", "event"),
        }
    }
}

impl<A: Aggregate> Walk<A> {
    pub(super) fn new() -> Self {
        Self {
            state: A::default(),
            events: Vec::new(),
            steps: Vec::new(),
            taken: Vec::new(),
            failure: None,
            now: NOW,
            ids: Arc::new(CountingIds::default()),
        }
    }

    /// The time when the next command comes, unless there is no such time.
    pub(super) fn later(&self, hours: u64) -> Timestamp {
        let hours = i64::try_from(hours).unwrap_or(0).min(24 * 400);
        let later = self.now.checked_add(SignedDuration::from_hours(hours));
        later.unwrap_or(self.now)
    }

    pub(super) fn context(&self, at: Timestamp) -> Context {
        let mut context = Context::new();
        context.carry_out_by(&FixedClock::new(at), Some(Arc::clone(&self.ids)));
        context
    }

    /// A command was decided: what it recorded, the state has to take.
    pub(super) fn receive(
        &mut self,
        command: Received,
        decided: Result<Option<Vec<A::Event>>, String>,
    ) {
        let rows = match decided {
            // Neither a rejection nor what records nothing leaves a trace.
            Ok(None) => return,
            Ok(Some(events)) if events.is_empty() => return,
            Ok(Some(events)) => events
                .into_iter()
                .map_while(|event| self.record(&command.name, event))
                .collect(),
            Err(panic) => {
                self.fail(format!(
                    "`{}` panics when it handles `{}`: {panic}\n\
                     help: reject what cannot be decided; a command comes from outside",
                    rust::<A>(),
                    command.name
                ));
                Vec::new()
            }
        };
        self.now = command.at;
        let command = Some(command);
        self.taken.push(Taken { command, rows });
    }

    /// Folds what a command recorded; `None` once that has failed.
    fn record(&mut self, command: &str, event: A::Event) -> Option<Row> {
        let info = event.info();
        if self.failure.is_some() {
            return None;
        }
        match caught(|| {
            let mut state = self.state.clone();
            state.fold(&event).map(|()| state)
        }) {
            Ok(Ok(state)) => self.state = state,
            Ok(Err(Illegal { state, event })) => self.fail(format!(
                "`{command}` recorded `{event}`, which the state `{state}` cannot take\n\
                 help: reject the command in this state, or let the state take the event"
            )),
            Err(panic) => self.fail(format!(
                "`{}` panics when it applies `{}`, which `{command}` recorded: {panic}\n  {}\n\
                 help: what is recorded stays, and a stream with this event could never be read again; \
                 reject the command instead",
                rust::<A>(),
                info.name,
                line(&event)
            )),
        }
        let bytes = Wire::<A>::write(&Json::default(), &event).unwrap_or_default();
        self.events.push(event);
        Some(Row {
            name: info.name,
            version: info.version,
            json: String::from_utf8_lossy(&bytes).into_owned(),
        })
    }

    /// An event was invented: a state that does not take it has no such arrow, or was not asked first. What it
    /// says when it panics is a failure where an arrow led there; elsewhere it is the answer.
    pub(super) fn give(
        &mut self,
        events: Vec<A::Event>,
        info: &EventInfo,
        json: String,
    ) -> Option<String> {
        let folded = caught(|| {
            let mut state = self.state.clone();
            let mut fold = events.iter().map(|event| state.fold(event));
            fold.all(|folded| folded.is_ok()).then_some(state)
        });
        match folded {
            Ok(Some(state)) => self.state = state,
            Ok(None) => return None,
            Err(panic) if A::STATES.is_empty() => return Some(panic),
            Err(panic) => self.fail(format!(
                "`{}` panics when it takes `{}`, for which it has an arrow: {panic}\n  {json}\n\
                 help: let `on` take every event that can be stored, or, where no decision records such a one, let \
                 `commands(..)` list what does",
                rust::<A>(),
                info.name,
            )),
        }
        self.events.extend(events);
        self.taken.push(Taken {
            command: None,
            rows: vec![Row {
                name: info.name,
                version: info.version,
                json,
            }],
        });
        None
    }

    /// The numbers in the state: an amount that has to be paid, a limit.
    pub(super) fn numbers(&self) -> Vec<u64> {
        let state = Wire::<A>::write_state(&Json::default(), &self.state).unwrap_or_default();
        let digits = state.split(|byte| !byte.is_ascii_digit());
        let numbers = digits.filter_map(|digits| str::from_utf8(digits).ok()?.parse().ok());
        numbers.filter(|number| *number < u64::MAX / 4).collect()
    }

    fn fail(&mut self, text: String) {
        self.failure = Some(Failure::new(text));
    }

    pub(super) fn check(&self) -> Option<Failure> {
        let recorded = self.taken.last().filter(|last| last.command.is_some());
        let recorded = recorded.map_or(0, |last| last.rows.len());
        let checks = Checks {
            start: A::default(),
            events: self.events.iter().collect(),
            given: self.events.len().saturating_sub(recorded),
            wire: &Json::default(),
        };
        let found = match caught(|| checks.run()) {
            Ok(found) => found.err()?,
            Err(panic) => format!(
                "`{}` panics when its history is folded again: {panic}",
                rust::<A>()
            ),
        };
        Some(Failure::new(found))
    }
}

/// The aggregate's own name.
pub(super) fn rust<A>() -> &'static str {
    let path = std::any::type_name::<A>();
    path.rsplit("::").next().unwrap_or(path)
}
