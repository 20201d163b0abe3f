//! The smallest history that still fails for the same reason.

use super::history::Walk;
use super::walk::{Plan, Walker};
use crate::aggregate::Aggregate;

/// The most histories that are tried on the way.
const TRIES: usize = 2000;

/// Leaves out steps, and lowers the choices behind those that are left.
pub(super) fn shrunk<A: Aggregate>(walker: &Walker<'_, A>, failed: Walk<A>) -> Walk<A> {
    let Some(failure) = &failed.failure else {
        return failed;
    };
    let mut shrink = Shrink {
        reason: failure.reason.clone(),
        tries: TRIES,
        walker,
        smallest: failed,
    };
    loop {
        let before = shrink.smallest.steps.clone();
        shrink.leave_out();
        shrink.lower();
        if shrink.tries == 0 || shrink.smallest.steps == before {
            return shrink.smallest;
        }
    }
}

struct Shrink<'w, A: Aggregate> {
    walker: &'w Walker<'w, A>,
    reason: String,
    tries: usize,
    smallest: Walk<A>,
}

impl<A: Aggregate> Shrink<'_, A> {
    /// Takes the history if it fails for the same reason.
    fn takes(&mut self, steps: &[Vec<u64>]) -> bool {
        let Some(left) = self.tries.checked_sub(1) else {
            return false;
        };
        self.tries = left;
        let Ok(walk) = self.walker.walk(Plan::Again(steps)) else {
            return false;
        };
        let same = walk.failure.as_ref().map(|failure| &failure.reason) == Some(&self.reason);
        if same {
            self.smallest = walk;
        }
        same
    }

    fn leave_out(&mut self) {
        for size in [8, 4, 2, 1] {
            let mut place = self.smallest.steps.len();
            while let Some(start) = place.checked_sub(size) {
                let mut steps = self.smallest.steps.clone();
                // One that shrank by more than this still has steps in front of `place`.
                let end = place.min(steps.len());
                steps.drain(start.min(end)..end);
                self.takes(&steps);
                place = start.min(self.smallest.steps.len());
            }
        }
    }

    fn lower(&mut self) {
        for step in 0..self.smallest.steps.len() {
            let mut place = 1;
            while self.choice((step, place)).is_some() {
                self.lower_at(&[(step, place)]);
                // What was paid and what was owed are equal, and stay a failure if they fall together.
                let equal = self.equal((step, place));
                if equal.len() > 1 {
                    self.lower_at(&equal);
                }
                place += 1;
            }
        }
    }

    /// 0 if it goes, else as far down as halving the distance comes.
    fn lower_at(&mut self, places: &[(usize, usize)]) {
        let choice = places.first().and_then(|place| self.choice(*place));
        let (mut low, mut high) = (0, choice.unwrap_or(0));
        let mut lowered = 0;
        while low < high {
            let mut steps = self.smallest.steps.clone();
            for &(step, place) in places {
                match steps.get_mut(step).and_then(|step| step.get_mut(place)) {
                    Some(choice) => *choice = lowered,
                    None => return,
                }
            }
            if self.takes(&steps) {
                high = lowered;
            } else {
                low = lowered + 1;
            }
            lowered = low + (high - low) / 2;
        }
    }

    /// The choices that are what this one is, itself included; none if it is 0.
    fn equal(&self, place: (usize, usize)) -> Vec<(usize, usize)> {
        let Some(choice) = self.choice(place).filter(|choice| *choice > 0) else {
            return Vec::new();
        };
        let steps = self.smallest.steps.iter().enumerate();
        let all = steps.flat_map(|(step, choices)| (1..choices.len()).map(move |at| (step, at)));
        all.filter(|at| self.choice(*at) == Some(choice)).collect()
    }

    fn choice(&self, (step, place): (usize, usize)) -> Option<u64> {
        self.smallest.steps.get(step)?.get(place).copied()
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::super::{CommandContract, EventContract};
    use super::{Plan, Walker, shrunk};
    use crate::{Aggregate, Apply, Command, Context, Event, Handle, IntoEvents};

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "tally.marked")]
    struct Marked;

    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "tally", id = u32, events(Marked))]
    struct Tally(u64);

    impl Apply<Marked> for Tally {
        fn apply(&mut self, _: &Marked) {
            self.0 += 1;
        }
    }

    /// Fails if as many marks are asked for as there are, or fewer, unless it is none or one.
    #[derive(Command, Serialize, Deserialize, Clone, Debug)]
    #[command(aggregate = Tally, id = tally)]
    struct Mark {
        tally: u32,
        asked: u64,
    }

    impl Handle<Mark> for Tally {
        type Error = ();

        fn handle(&self, mark: &Mark, _: &Context) -> Result<impl IntoEvents<TallyEvent>, ()> {
            assert!(mark.asked < 2 || mark.asked > self.0, "that many");
            Ok(Marked)
        }
    }

    #[test]
    fn a_lower_number_lets_go_of_steps_that_a_higher_one_needed() {
        let events = [EventContract::of::<Marked>()];
        let commands = [CommandContract::of::<Mark>("Mark")];
        let walker = Walker::new(&events, &commands);
        // Which command, how long it waits, the tally, and what is asked for.
        let step = |asked| vec![0, 0, 0, asked];
        let steps = [[1; 5].map(step).as_slice(), &[step(5)]].concat();
        let failed = walker.walk(Plan::Again(&steps)).unwrap();
        assert_eq!(failed.steps, steps);
        assert_eq!(shrunk(&walker, failed).steps, [step(0), step(0), step(2)]);
    }
}
