//! The rounds in which a type is traced, until each way was gone.

use serde_json::Value;

use super::Trace;
use super::describe::Describe;
use crate::error::BoxError;
use crate::probe::tape::Tape;
use crate::probe::{Manner, Probe};
use crate::schema::Shape;

/// The most rounds for one type.
const ROUNDS: usize = 5_000;

/// What is known of a type before it is traced.
#[derive(Debug, Default)]
pub(crate) struct Known<'a> {
    /// What it read when that was recorded.
    pub(crate) recorded: Option<&'a Shape>,
    /// A payload that it takes.
    pub(crate) example: Option<Value>,
}

pub(super) type Once<'a> = &'a mut dyn FnMut(&Probe) -> Result<(), BoxError>;

impl Probe {
    /// The shape that a type reads.
    ///
    /// `once` is the reading alone: whatever is done with the value must not fail.
    pub(crate) fn trace(known: Known<'_>, once: Once<'_>) -> Shape {
        let probe = Self::new();
        probe.tape().trace = Some(Box::new(Trace {
            example: known.example,
            ..Trace::default()
        }));
        if let Some(recorded) = known.recorded {
            probe.with(|trace| trace.recall(recorded, ""));
        }
        let mut rounds = 0;
        loop {
            probe.go(&mut rounds, once);
            let root = probe.with(|trace| trace.root.clone());
            let mut describe = Describe {
                probe: &probe,
                once,
                others: Vec::new(),
            };
            let shape = describe.node(&root);
            for map in describe.others {
                probe.tape().known.keys.keep_others(map);
                probe.with(Trace::repeat);
            }
            if rounds == ROUNDS || !probe.with(|trace| trace.hints.have_come()) {
                return shape;
            }
        }
    }

    /// Goes each way.
    fn go(&self, rounds: &mut usize, once: Once<'_>) {
        self.with(Trace::begin);
        while *rounds < ROUNDS {
            *rounds += 1;
            if let Err(failed) = self.search(&[], &Manner::Tracing, once) {
                self.tape().known.keys.forget_others(&failed.path);
                // The same way once more, for what is beside.
                if self.with(|trace| trace.give_up(failed.path)) {
                    continue;
                }
            }
            self.with(Trace::begin);
            if self.with(Trace::is_complete) {
                break;
            }
        }
    }

    /// Says how what was just read is written, for what its reading did not ask for.
    pub(crate) fn wrote(&self, payload: &[u8]) {
        let mut tape = self.tape();
        let Tape { trace, known, .. } = &mut *tape;
        if let Some(trace) = trace {
            let payload = serde_json::from_slice(payload).ok();
            trace.wrote(payload.as_ref(), known);
        }
    }

    pub(super) fn with<T: Default>(&self, change: impl FnOnce(&mut Trace) -> T) -> T {
        let mut tape = self.tape();
        tape.trace.as_deref_mut().map(change).unwrap_or_default()
    }
}
