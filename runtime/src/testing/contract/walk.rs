//! How a history comes about: steps that are invented or repeated, each on the state that the one before has left.

use std::cell::{Cell, RefCell};

use super::command::CommandContract;
use super::event::EventContract;
use super::history::{Received, Walk};
use super::invent::Subject;
use crate::aggregate::{Aggregate, Decoded, EventSet};
use crate::codec::Json;
use crate::error::BoxError;
use crate::probe::chance::Chance;
use crate::probe::{Invented, Manner, Probe};
use crate::testing::caught::caught;
use crate::testing::scenario::wire::Wire;

/// How many values of each command are tried for one step: an amount has to fit what is owed.
const VALUES: u64 = 6;

/// How many values of all commands together are tried then, once none was accepted.
const MORE_VALUES: u64 = 64;

/// How many hours pass before a command, mostly none: offers expire, and terms end.
const WAITS: &[u64] = &[0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 24, 24 * 40, 24 * 400];

/// What histories of one aggregate are made of. Each shape has a probe that knows it better each time.
pub(super) struct Walker<'c, A: Aggregate> {
    events: &'c [EventContract<A::Event>],
    commands: &'c [CommandContract<A>],
    probes: Vec<Probe>,
    /// How often each was taken.
    taken: Vec<Cell<u64>>,
    /// What each event said that made the state panic, if any did.
    panicked: Vec<RefCell<Option<String>>>,
}

/// How the steps of a history come about.
pub(super) enum Plan<'p> {
    Random {
        steps: u64,
        chance: Chance,
    },
    /// Each as the choices that made it; the first is which event or command it is, the second how long it waits.
    Again(&'p [Vec<u64>]),
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
            panicked: vec![RefCell::new(None); count],
        }
    }

    /// Walks, and checks the history that comes of it.
    pub(super) fn walk(&self, plan: Plan<'_>) -> Result<Walk<A>, String> {
        let mut walk = Walk::new();
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
                    if let (None, [which, hours, given @ ..]) = (&walk.failure, step.as_slice()) {
                        self.step(&mut walk, [*which, *hours], given, &Manner::Plain)?;
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
                    let mut chance = Chance::new(chance.next());
                    let hours = WAITS[place(chance.next()) % WAITS.len()];
                    let manner = match &near {
                        None => Manner::Moderate(chance),
                        Some(near) => Manner::Extreme(chance, near.clone()),
                    };
                    if self.step(walk, [which, hours], &[], &manner)? {
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

    /// The first event that no state has taken, since each that met it panicked, and how.
    pub(super) fn never_taken(&self) -> Option<(&'static str, String)> {
        let kinds = self.events.iter().zip(&self.taken).zip(&self.panicked);
        kinds.into_iter().find_map(|((event, taken), panicked)| {
            let panicked = panicked.borrow().clone()?;
            (taken.get() == 0).then_some((event.info.name, panicked))
        })
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
        [which, hours]: [u64; 2],
        given: &[u64],
        manner: &Manner,
    ) -> Result<bool, String> {
        let (place, before) = (place(which), walk.taken.len());
        let choices = if let Some(command) = self.commands.get(place) {
            let name = command.rust();
            let read = |probe: &Probe| caught(|| (command.read)(probe))?;
            let invented = self.probes[place].invent(given, manner, read);
            let Invented {
                value,
                choices,
                json,
            } = invented.map_err(|failed| failed.of(Subject::Command(&name)))?;
            let at = walk.later(hours);
            let context = walk.context(at);
            let decided = caught(|| value(&walk.state, &context));
            walk.receive(Received { name, json, at }, decided);
            choices
        } else {
            let event = &self.events[place];
            let Invented {
                value,
                choices,
                json,
            } = self.event(event, place, given, manner)?;
            if let Some(panic) = walk.give(value, event.info, json) {
                self.panicked[place].replace(Some(panic));
            }
            choices
        };
        if walk.taken.len() == before {
            return Ok(false);
        }
        walk.steps.push([vec![which, hours], choices].concat());
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

fn place(which: u64) -> usize {
    usize::try_from(which).unwrap_or(usize::MAX)
}
