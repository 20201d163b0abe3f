//! The state that snapshots hold: where it is another one, builds from before have to know that it is newer.

use serde::{Deserialize, Serialize};

use super::lock::{Judged, Lock};
use super::state::traced;
use crate::aggregate::Aggregate;

/// What the snapshots of one build are told by, beside the events that they are folded from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stamp {
    /// `snapshot(logic = n)`
    logic: u64,
    /// The hash of the state's declaration and of what its types read.
    state: String,
}

impl Stamp {
    /// Those of an aggregate, by the hash of its declaration.
    pub(crate) fn of<A: Aggregate>(logic: u64, declared: u64) -> Self {
        Self {
            logic,
            state: format!("{:016x}", traced::<A>(declared)),
        }
    }
}

impl Judged {
    /// Holds them against those that were recorded, once the events are judged.
    pub(super) fn snapshots(&mut self, before: &Lock, now: Option<&Stamp>) {
        self.lock.snapshots = now.or(before.snapshots.as_ref()).cloned();
        let is_newer = self.lock.count() > before.count();
        let said = match (&before.snapshots, now) {
            (None, None) => return,
            (None, Some(_)) => {
                let new = "the state that snapshots hold is not recorded\n";
                return self.new.push(new.to_owned());
            }
            (Some(recorded), None) => again("this build says nothing of snapshots", recorded.logic),
            (Some(recorded), Some(now)) if now.logic < recorded.logic => {
                again(&format!("this build says {}", now.logic), recorded.logic)
            }
            (Some(recorded), Some(now)) if now == recorded => return,
            (Some(recorded), Some(now)) if now.logic > recorded.logic || is_newer => {
                let new = "the state that snapshots hold is another one, and known to be newer\n";
                return self.new.push(new.to_owned());
            }
            (Some(recorded), Some(_)) => format!(
                "snapshots hold another state than was recorded, under the same logic: a build from before would replace those of this one\n\
                 help: raise it: `snapshot(logic = {})`\n",
                recorded.logic.saturating_add(1)
            ),
        };
        let never =
            "note: if no snapshot was ever taken, delete the lines of `snapshots` from the file\n";
        self.broken.push(said + never);
    }
}

fn again(now: &str, recorded: u64) -> String {
    format!(
        "snapshots were taken under `logic = {recorded}`, and {now}: a build from before would replace those of this one\n\
         help: write `snapshot(logic = {})`\n",
        recorded.saturating_add(1)
    )
}
