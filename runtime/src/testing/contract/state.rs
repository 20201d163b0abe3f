//! What the state promises: it survives a snapshot, wherever in its life one is taken.

use super::command::CommandContract;
use super::event::EventContract;
use super::histories::chance;
use super::walk::{Plan, Walker};
use crate::aggregate::Aggregate;
use crate::codec::{Codec, Json};
use crate::probe::chance::Chance;
use crate::probe::{Manner, Probe};
use crate::testing::scenario::checks::Checks;
use crate::testing::scenario::scene::fail;

/// How many states are invented, and how many come of histories.
const STATES: u64 = 32;

/// Checks that the state survives a snapshot: the first one, invented ones, and those along histories.
///
/// # Panics
///
/// If one does not; the message shows the fields that are lost.
#[track_caller]
pub fn state<A: Aggregate>(events: &[EventContract<A::Event>], commands: &[CommandContract<A>]) {
    let mut checked = kept(A::default());
    let probe = Probe::new();
    for round in 0..STATES {
        let manner = match round.checked_sub(STATES / 2) {
            None => Manner::Covering(round),
            Some(random) => Manner::Moderate(Chance::new(random)),
        };
        // A state that cannot be invented is checked where histories lead.
        if let Ok(invented) = probe.invent(&[], &manner, |probe| probe.decode::<A>(&[])) {
            checked = checked.and_then(|()| kept(invented.value));
        }
    }
    if let Err(problem) = checked.and_then(|()| along(events, commands)) {
        fail(&problem);
    }
}

fn kept<A: Aggregate>(state: A) -> Result<(), String> {
    let shown = format!("{state:?}");
    let checks = Checks {
        start: state,
        events: Vec::new(),
        given: 0,
        wire: &Json::default(),
    };
    checks
        .run()
        .map_err(|problem| format!("{problem}\n  the state: {shown}"))
}

/// Of commands if there are any: events that none of them records may lead where no state is.
fn along<A: Aggregate>(
    events: &[EventContract<A::Event>],
    commands: &[CommandContract<A>],
) -> Result<(), String> {
    let walker = Walker::new(events, commands);
    for number in 0..STATES {
        let chance = chance(number);
        let walk = walker.walk(Plan::Random { steps: 12, chance })?;
        if let Some(failure) = walk.failure {
            return Err(failure.text);
        }
    }
    Ok(())
}
