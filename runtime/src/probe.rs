//! Invents values: whatever a `Deserialize` asks for is answered, in another way if it was refused.

mod answer;
pub(crate) mod chance;
mod deserializer;
mod forms;
mod items;
mod keys;
mod knowledge;
mod lengths;
mod maps;
mod path;
mod refusal;
mod search;
mod shown;
mod tags;
mod tape;
mod text;
mod trace;
mod types;
mod variants;

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use self::answer::{Answer, Asked, ENDLESS};
use self::refusal::Refusal;
use self::search::Hunt;
use self::tape::Tape;
use crate::codec::Codec;
use crate::error::{BoxError, DecodeError, EncodeError};

pub(crate) use self::tape::Manner;
pub(crate) use self::trace::Known;

/// The most runs for one value.
const RUNS: usize = 20_000;

/// The most for one that is only looked at.
const TRACED_RUNS: usize = 2_000;

/// After so many runs that came to no end, none will: each of them is a deep one.
const ENDLESS_RUNS: usize = 500;

/// A codec that reads nothing and decodes any shape, by inventing what it could have read.
///
/// What it learns of one shape it knows in the next run, so one probe belongs to one shape.
pub(crate) struct Probe(Mutex<Tape>);

/// A value that was invented.
#[derive(Debug)]
pub(crate) struct Invented<T> {
    pub(crate) value: T,
    /// The choices that lead to it again.
    pub(crate) choices: Vec<u64>,
    /// The payload that it was read from, as JSON.
    pub(crate) json: String,
}

/// Why a value could not be invented.
#[derive(Debug)]
pub(crate) struct Uninvented {
    /// The field at which it failed, by its path; empty for the value itself.
    pub(crate) path: String,
    /// What its type says of the last answer there.
    pub(crate) reason: String,
    /// The step that refused every payload, if it was none of the fields.
    pub(crate) step: Option<u16>,
    /// The last payload that was tried.
    pub(crate) json: String,
    /// The fields that the value has.
    pub(crate) fields: &'static [&'static str],
}

impl Probe {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Tape::new()))
    }

    /// Invents one, from the given choices as far as they go.
    pub(crate) fn invent<T>(
        &self,
        given: &[u64],
        manner: &Manner,
        mut once: impl FnMut(&Self) -> Result<T, BoxError>,
    ) -> Result<Invented<T>, Uninvented> {
        let mut found = None;
        let mut keep = |probe: &Self| {
            found = Some(once(probe)?);
            Ok(())
        };
        self.warm_up(&mut keep);
        self.search(given, manner, &mut keep)?;
        let tape = self.tape();
        match found {
            Some(value) => Ok(Invented {
                value,
                choices: tape.choices.iter().map(|choice| choice.value).collect(),
                json: tape.json.clone(),
            }),
            None => Err(tape.uninvented(&"no run".into())),
        }
    }

    /// Learns the type from values in which each variant comes up, before chance makes it harder.
    fn warm_up(&self, once: &mut dyn FnMut(&Self) -> Result<(), BoxError>) {
        if std::mem::replace(&mut self.tape().warm, true) {
            return;
        }
        let mut round = 0;
        while round < self.rounds() {
            // What fails here fails again where it is asked for.
            let _ = self.search(&[], &Manner::Covering(round), once);
            round += 1;
        }
    }

    /// In how many rounds of [`Manner::Covering`] each variant comes up.
    pub(crate) fn rounds(&self) -> u64 {
        self.tape().widest.clamp(4, 64)
    }

    /// What was refused in each of the values that were invented: a list that stayed empty for want of an item.
    pub(crate) fn left_out(&self) -> Option<Uninvented> {
        let tape = self.tape();
        let (place, reason) = tape.known.never_taken()?;
        Some(Uninvented {
            path: place.to_owned(),
            ..tape.uninvented(&reason.into())
        })
    }

    fn search(
        &self,
        given: &[u64],
        manner: &Manner,
        once: &mut dyn FnMut(&Self) -> Result<(), BoxError>,
    ) -> Result<(), Uninvented> {
        let mut attempts = Vec::new();
        let mut hunt: Option<Hunt> = None;
        let mut stuck: Option<Uninvented> = None;
        let mut furthest: Option<(usize, Uninvented)> = None;
        let mut endless = 0;
        let runs = if self.tape().trace.is_some() {
            TRACED_RUNS
        } else {
            RUNS
        };
        for _ in 0..runs {
            self.tape().rewind(given, manner, &attempts);
            let Err(error) = once(self) else {
                let mut tape = self.tape();
                tape.keep();
                // Nothing was taken where the hunt began.
                return stuck.filter(|_| tape.has_turned()).map_or(Ok(()), Err);
            };
            let mut tape = self.tape();
            if refusal(&error).is_some_and(|refusal| tape.learn(refusal)) {
                continue;
            }
            let failed = tape.uninvented(&error);
            endless += usize::from(failed.reason == ENDLESS);
            if endless > ENDLESS_RUNS {
                return Err(failed);
            }
            let trace = tape.trace.as_ref();
            if trace.is_some_and(|trace| trace.gave_up(&failed.path)) {
                return Err(stuck.unwrap_or(failed));
            }
            if failed.step.is_none() {
                tape.known.keep_refused(&failed.path, &failed.reason);
            }
            if furthest.as_ref().is_none_or(|(at, _)| *at < tape.progress) {
                furthest = Some((tape.progress, failed));
            }
            let here = match &mut hunt {
                Some(hunt) if !hunt.is_over(&tape) => hunt,
                stale => {
                    stuck = Some(tape.uninvented(&error));
                    stale.insert(Hunt::new(&tape, &attempts))
                }
            };
            match here.next() {
                Some(next) => attempts = next,
                None => break,
            }
        }
        let failed = furthest.map(|(_, failed)| failed);
        Err(failed.unwrap_or_else(|| self.tape().uninvented(&"it was refused each time".into())))
    }

    /// Whether a type was being read: what panics there has refused what it was given.
    pub(crate) fn is_reading(&self) -> bool {
        self.tape().reading
    }

    fn begin(&self) -> Answer<'_> {
        self.tape().reading = true;
        Answer::new(&self.0, Asked::Value)
    }

    fn end(&self) {
        self.tape().reading = false;
    }

    fn tape(&self) -> MutexGuard<'_, Tape> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tape {
    fn uninvented(&self, error: &BoxError) -> Uninvented {
        let (step, reason) = match error.downcast_ref() {
            Some(DecodeError::Upcast { from, reason, .. }) => (Some(*from), reason.to_string()),
            Some(DecodeError::Payload { reason, .. }) => (None, reason.to_string()),
            _ => (None, error.to_string()),
        };
        Uninvented {
            path: self.place(),
            reason,
            step,
            json: self.json.clone(),
            fields: self.fields.unwrap_or_default(),
        }
    }
}

/// The refusal of a shape, with or without the chain of versions around it.
fn refusal(error: &BoxError) -> Option<&Refusal> {
    match error.downcast_ref() {
        Some(DecodeError::Payload { reason, .. }) => reason.downcast_ref(),
        _ => error.downcast_ref(),
    }
}

impl Codec for Probe {
    fn name(&self) -> &'static str {
        "probe"
    }

    fn encode<T: Serialize + ?Sized>(&self, _: &T, _: &mut Vec<u8>) -> Result<(), EncodeError> {
        Err(EncodeError::other(&"a probe writes nothing"))
    }

    fn decode<'de, T: Deserialize<'de>>(&self, _: &'de [u8]) -> Result<T, BoxError> {
        let read = T::deserialize(self.begin());
        self.end();
        match read {
            Ok(value) => Ok(value),
            Err(refusal) => Err(refusal.into()),
        }
    }
}

#[cfg(test)]
mod tests;
