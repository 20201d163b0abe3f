//! The state that snapshots hold: where it is another one, builds from before have to know that it is newer.

use std::cmp::Ordering;

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
        let Some(recorded) = &before.snapshots else {
            if now.is_some() {
                let new = "the state that snapshots hold is not recorded\n";
                self.new.push(new.to_owned());
            }
            return;
        };
        let age = before.count().saturating_add(recorded.logic);
        let count = self.lock.count();
        let why = match now.map(|now| (now, count.saturating_add(now.logic).cmp(&age))) {
            None => "nothing says by which logic they are folded any more",
            Some((_, Ordering::Less)) => {
                "they count as older ones, since `logic`, or the number of events that are retired or ignored, became less"
            }
            Some((now, Ordering::Equal)) if now != recorded || !self.lock.reads_as(before) => {
                "they hold another state, or one by another logic or of other events, and nothing says that it is newer"
            }
            Some((now, _)) => {
                if now != recorded {
                    let new =
                        "the state that snapshots hold is another one, and known to be newer\n";
                    self.new.push(new.to_owned());
                }
                return;
            }
        };
        let newer = (age + 1).saturating_sub(count);
        self.broken.push(format!(
            "a build from before would replace the snapshots of this one: {why}\n\
             help: write `snapshot(logic = {newer})`\n\
             note: if no snapshot was ever taken, delete the lines of `snapshots` from the file\n"
        ));
    }
}
