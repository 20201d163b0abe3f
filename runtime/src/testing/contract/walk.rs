//! One history: steps that are invented or repeated, each on the state that the one before has left.

use std::cell::Cell;
use std::sync::Arc;

use super::caught::caught;
use super::command::{CommandContract, last};
use super::event::EventContract;
use super::invent::Subject;
use crate::aggregate::{Aggregate, Decoded, EventSet, Illegal};
use crate::clock::Ids;
use crate::codec::Json;
use crate::context::Context;
use crate::error::BoxError;
use crate::event::EventInfo;
use crate::testing::difference::fields::line;
use crate::testing::fixed::{CountingIds, FixedClock};
use crate::testing::probe::chance::Chance;
use crate::testing::probe::{Invented, Manner, Probe};
use crate::testing::scenario::checks::Checks;
use crate::testing::scenario::scene::NOW;
use crate::testing::scenario::wire::Wire;

/// How many values of each command are tried for one step: an amount has to fit what is owed.
const VALUES: u64 = 6;

/// How many values of all commands together are tried then, once none was accepted.
const MORE_VALUES: u64 = 64;

/// What histories of one aggregate are made of. Each shape has a probe that knows it better each time.
pub(super) struct Walker<'c, A: Aggregate> {
    events: &'c [EventContract<A::Event>],
    commands: &'c [CommandContract<A>],
    probes: Vec<Probe>,
    /// How often each was taken.
    taken: Vec<Cell<u64>>,
}

/// How the steps of a history come about.
pub(super) enum Plan<'p> {
    Random {
        steps: u64,
        chance: Chance,
    },
    /// Each as the choices that made it; the first is which event or command it is.
    Again(&'p [Vec<u64>]),
}

/// A history as far as it went.
pub(super) struct Walk<A: Aggregate> {
    state: A,
    events: Vec<A::Event>,
    /// The choices behind each of the steps that were taken.
    pub(super) steps: Vec<Vec<u64>>,
    /// The steps that recorded something, or failed.
    pub(super) taken: Vec<Taken>,
    pub(super) failure: Option<Failure>,
    context: Context,
}

/// A step: the command, if it was one, and what is stored of it.
pub(super) struct Taken {
    pub(super) command: Option<Received>,
    pub(super) rows: Vec<Row>,
}

/// A command as a queue delivers it.
pub(super) struct Received {
    pub(super) name: &'static str,
    pub(super) json: String,
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

impl<'c, A: Aggregate> Walker<'c, A> {
    pub(super) fn new(
        events: &'c [EventContract<A::Event>],
        commands: &'c [CommandContract<A>],
    ) -> Self {
        let count = events.len().max(commands.len());
        Self {
            events,
            commands,
            probes: (0..count).map(|_| Probe::new()).collect(),
            taken: vec![Cell::new(0); count],
        }
    }

    /// Walks, and checks the history that comes of it.
    pub(super) fn walk(&self, plan: Plan<'_>) -> Result<Walk<A>, String> {
        let ids: Arc<dyn Ids> = Arc::new(CountingIds::default());
        let mut walk = Walk {
            state: A::default(),
            events: Vec::new(),
            steps: Vec::new(),
            taken: Vec::new(),
            failure: None,
            context: Context::new().carried_out_by(&FixedClock::new(NOW), &ids),
        };
        match plan {
            Plan::Random { steps, mut chance } => {
                for _ in 0..steps {
                    if walk.failure.is_some() || !self.go_on(&mut walk, &mut chance)? {
                        break;
                    }
                }
            }
            Plan::Again(steps) => {
                for step in steps {
                    if let (None, [which, given @ ..]) = (&walk.failure, step.as_slice()) {
                        self.step(&mut walk, *which, given, &Manner::Plain)?;
                    }
                }
            }
        }
        if walk.failure.is_none() {
            walk.failure = walk.check();
        }
        Ok(walk)
    }

    /// One step more; false if each that was tried was refused, or changed nothing: the history is at its end.
    fn go_on(&self, walk: &mut Walk<A>, chance: &mut Chance) -> Result<bool, String> {
        let (rounds, near) = match self.commands {
            [] => ([1, 0], None),
            _ => ([VALUES, MORE_VALUES / self.kinds()], Some(walk.numbers())),
        };
        for values in rounds {
            let mut left: Vec<u64> = (0..self.kinds()).collect();
            while !left.is_empty() {
                let which = left.swap_remove(self.rarer(&left, chance));
                for _ in 0..values {
                    let chance = Chance::new(chance.next());
                    let manner = match &near {
                        None => Manner::Moderate(chance),
                        Some(near) => Manner::Extreme(chance, near.clone()),
                    };
                    if self.step(walk, which, &[], &manner)? {
                        return Ok(true);
                    }
                }
            }
        }
        Ok(false)
    }

    /// The place of that one of three which was taken least: what ends a history early is easy to come by, what
    /// leads on to its late states is not.
    fn rarer(&self, left: &[u64], chance: &mut Chance) -> usize {
        let count = u64::try_from(left.len()).unwrap_or(u64::MAX);
        let three = [(); 3].map(|()| place(chance.below(count)));
        let taken = |at: &usize| self.taken[place(left[*at])].get();
        three.into_iter().min_by_key(taken).unwrap_or(0)
    }

    fn kinds(&self) -> u64 {
        let kinds = match self.commands {
            [] => self.events.len(),
            commands => commands.len(),
        };
        u64::try_from(kinds).unwrap_or(u64::MAX)
    }

    /// Whether it was taken.
    fn step(
        &self,
        walk: &mut Walk<A>,
        which: u64,
        given: &[u64],
        manner: &Manner,
    ) -> Result<bool, String> {
        let (place, before) = (place(which), walk.taken.len());
        let choices = if let Some(command) = self.commands.get(place) {
            let invented = self.probes[place].invent(given, manner, command.read);
            let Invented {
                value,
                choices,
                json,
            } = invented.map_err(|failed| failed.of(Subject::Command(command.rust())))?;
            let name = command.rust();
            let decided = caught(|| value(&walk.state, &walk.context));
            walk.receive(Received { name, json }, decided);
            choices
        } else {
            let event = &self.events[place];
            let Invented {
                value,
                choices,
                json,
            } = self.event(event, place, given, manner)?;
            walk.give(value, event.info, json);
            choices
        };
        if walk.taken.len() == before {
            return Ok(false);
        }
        walk.steps.push([vec![which], choices].concat());
        self.taken[place].update(|times| times + 1);
        Ok(true)
    }

    fn event(
        &self,
        event: &EventContract<A::Event>,
        place: usize,
        given: &[u64],
        manner: &Manner,
    ) -> Result<Invented<Vec<A::Event>>, String> {
        let info = event.info;
        if let Some(sample) = (event.sample)() {
            let written = Wire::<A>::write(&Json::default(), &sample).unwrap_or_default();
            return Ok(Invented {
                value: vec![sample],
                choices: Vec::new(),
                json: String::from_utf8_lossy(&written).into_owned(),
            });
        }
        let read = |probe: &Probe| match A::Event::decode(probe, info.name, info.version, &[]) {
            Ok(Decoded::One(event)) => Ok(vec![event]),
            Ok(Decoded::Many(events)) => Ok(events),
            Err(error) => Err(BoxError::from(error)),
        };
        let invented = self.probes[place].invent(given, manner, read);
        invented.map_err(|failed| failed.of(Subject::Event(info)))
    }
}

impl<A: Aggregate> Walk<A> {
    /// A command was decided: what it recorded, the state has to take.
    fn receive(&mut self, command: Received, decided: Result<Option<Vec<A::Event>>, String>) {
        let rows = match decided {
            // Neither a rejection nor what records nothing leaves a trace.
            Ok(None) => return,
            Ok(Some(events)) if events.is_empty() => return,
            Ok(Some(events)) => events
                .into_iter()
                .map_while(|event| self.record(command.name, event))
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

    /// An event was invented: a state that does not take it has no such arrow, or was not asked first.
    fn give(&mut self, events: Vec<A::Event>, info: &EventInfo, json: String) {
        let folded = caught(|| {
            let mut state = self.state.clone();
            let mut fold = events.iter().map(|event| state.fold(event));
            fold.all(|folded| folded.is_ok()).then_some(state)
        });
        let Ok(Some(state)) = folded else { return };
        self.state = state;
        self.events.extend(events);
        self.taken.push(Taken {
            command: None,
            rows: vec![Row {
                name: info.name,
                version: info.version,
                json,
            }],
        });
    }

    /// The numbers in the state: an amount that has to be paid, a limit.
    fn numbers(&self) -> Vec<u64> {
        let state = Wire::<A>::write_state(&Json::default(), &self.state).unwrap_or_default();
        let digits = state.split(|byte| !byte.is_ascii_digit());
        let numbers = digits.filter_map(|digits| str::from_utf8(digits).ok()?.parse().ok());
        numbers.filter(|number| *number < u64::MAX / 4).collect()
    }

    fn fail(&mut self, text: String) {
        self.failure = Some(Failure::new(text));
    }

    fn check(&self) -> Option<Failure> {
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

fn place(which: u64) -> usize {
    usize::try_from(which).unwrap_or(usize::MAX)
}

/// The aggregate's own name.
pub(super) fn rust<A>() -> &'static str {
    last(std::any::type_name::<A>())
}
