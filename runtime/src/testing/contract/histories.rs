//! Histories that nobody thought of: invented ones, checked as every scenario is.

use super::command::CommandContract;
use super::event::EventContract;
use super::history::{Walk, rust};
use super::shrink::shrunk;
use super::test::as_test;
use super::walk::{Plan, Walker};
use crate::aggregate::Aggregate;
use crate::probe::chance::Chance;
use crate::testing::scenario::scene::fail;

/// How many histories are tried, and how many steps each has at most.
const HISTORIES: u64 = 100;
const STEPS: u64 = 24;

/// The variable that varies the histories.
const SEED: &str = "FACTUM_SEED";

/// Checks random histories of an aggregate: of commands that it decides if any are listed, else of events that
/// its state takes.
///
/// # Panics
///
/// If one of them fails; the message holds the smallest one that was found, as a test to paste.
#[track_caller]
pub fn histories<A: Aggregate>(
    events: &[EventContract<A::Event>],
    commands: &[CommandContract<A>],
) {
    let walker = Walker::new(events, commands);
    let mut taken = 0;
    for number in 1..=HISTORIES {
        match walker.walk(Plan::Random {
            steps: 1 + number * STEPS / HISTORIES,
            chance: chance(number),
        }) {
            Ok(Walk {
                failure: None,
                taken: steps,
                ..
            }) => taken += steps.len(),
            Ok(failed) => fail(&told(shrunk(&walker, failed), number)),
            Err(problem) => fail(&problem),
        }
    }
    if let Some((event, panic)) = walker.never_taken() {
        fail(&format!(
            "`{}` panics whenever it applies `{event}`: {panic}\n\
             help: where other events have to come first, let `commands(..)` list what records them",
            rust::<A>()
        ));
    }
    if taken == 0 && !commands.is_empty() {
        fail(&format!(
            "`{}` recorded nothing on any of its commands in {HISTORIES} histories, so nothing was checked\n\
             help: list the command that comes first in a history too, or leave out `commands(..)`",
            rust::<A>()
        ));
    }
}

/// Each history has its own numbers, so that a longer one does not change those behind it.
pub(super) fn chance(number: u64) -> Chance {
    let mut chance = Chance::new(seed());
    Chance::new(chance.next() ^ number.wrapping_mul(0x2545_f491_4f6c_dd1d))
}

fn seed() -> u64 {
    let Ok(seed) = std::env::var(SEED) else {
        return 0;
    };
    seed.parse()
        .unwrap_or_else(|error| fail(&format!("`{SEED}={seed}` is not a number: {error}")))
}

fn told<A: Aggregate>(walk: Walk<A>, number: u64) -> String {
    let test = as_test(rust::<A>(), A::NAME, &walk.taken);
    let reason = walk.failure.map(|failure| failure.text).unwrap_or_default();
    format!(
        "{}\n\nhistory {number} of {HISTORIES} with {SEED}={}, as small as it gets; as a test to keep:\n\n{test}",
        reason.trim_end(),
        seed()
    )
}
