//! Which answers to give instead, once one was refused.

use super::path::{Part, is_within};
use super::tape::{Choice, Tape};

/// Other answers for one place at which runs end, one run after the other.
pub(super) struct Hunt {
    /// How far the runs came, and where they ended.
    progress: usize,
    path: Vec<Part>,
    base: Vec<usize>,
    /// Other options of the choices made until then: first those within what was refused, the last choice first.
    others: Vec<(usize, usize)>,
    one: usize,
    two: usize,
}

impl Hunt {
    pub(super) fn new(tape: &Tape, base: &[usize]) -> Self {
        let place = tape.place();
        let within = |(_, choice): &(usize, &Choice)| is_within(&choice.path, &place);
        let choices = tape.choices.iter().enumerate().rev();
        let (within, without): (Vec<_>, Vec<_>) = choices.partition(within);
        let others = |(place, choice): (usize, &Choice)| {
            (1..choice.options).map(move |option| (place, option))
        };
        Self {
            progress: tape.progress,
            path: tape.path.clone(),
            base: base.to_vec(),
            others: within.into_iter().chain(without).flat_map(others).collect(),
            one: 0,
            two: 0,
        }
    }

    /// Whether a run came further. More of what was refused is not further.
    pub(super) fn is_over(&self, tape: &Tape) -> bool {
        tape.progress > self.progress && !tape.path.starts_with(&self.path)
    }

    /// The next one to try: each choice by itself, then two together.
    pub(super) fn next(&mut self) -> Option<Vec<usize>> {
        let count = self.others.len();
        if self.one < count {
            self.one += 1;
            return Some(self.with(&[self.others[self.one - 1]]));
        }
        while self.two < count * count {
            let (one, other) = (self.two / count, self.two % count);
            self.two += 1;
            let (first, second) = (self.others[one], self.others[other]);
            if other < one && first.0 != second.0 {
                return Some(self.with(&[first, second]));
            }
        }
        None
    }

    fn with(&self, instead: &[(usize, usize)]) -> Vec<usize> {
        let mut attempts = self.base.clone();
        for &(place, option) in instead {
            if attempts.len() <= place {
                attempts.resize(place + 1, 0);
            }
            attempts[place] += option;
        }
        attempts
    }
}

#[cfg(test)]
mod tests {
    use super::{Hunt, Tape};
    use crate::probe::tape::Way;

    /// A run that chose among so many answers, one place after the other.
    fn run(ways: &[usize]) -> Tape {
        let mut tape = Tape::new();
        for ways in ways {
            tape.pick(Way::Value, *ways, 0);
        }
        tape
    }

    #[test]
    fn each_other_answer_is_tried_and_then_each_two() {
        let mut hunt = Hunt::new(&run(&[2, 1, 3]), &[]);
        let tried: Vec<_> = std::iter::from_fn(|| hunt.next()).collect();
        let one: [&[usize]; 3] = [&[0, 0, 1], &[0, 0, 2], &[1]];
        let two: [&[usize]; 2] = [&[1, 0, 1], &[1, 0, 2]];
        assert_eq!(tried, [&one[..], &two[..]].concat());
    }

    #[test]
    fn other_answers_are_counted_from_those_that_came_that_far() {
        let mut hunt = Hunt::new(&run(&[3]), &[1, 1]);
        assert_eq!(hunt.next(), Some(vec![2, 1]));
        assert_eq!(hunt.next(), Some(vec![3, 1]));
        assert_eq!(hunt.next(), None);
    }

    #[test]
    fn two_answers_near_the_end_are_tried_before_those_at_the_start() {
        let mut hunt = Hunt::new(&run(&[2, 2, 2, 2]), &[]);
        let tried: Vec<_> = std::iter::from_fn(|| hunt.next()).collect();
        let two: [&[usize]; 6] = [
            &[0, 0, 1, 1],
            &[0, 1, 0, 1],
            &[0, 1, 1],
            &[1, 0, 0, 1],
            &[1, 0, 1],
            &[1, 1],
        ];
        assert_eq!(tried[4..], two);
    }

    #[test]
    fn a_hunt_is_over_once_a_run_came_further_elsewhere() {
        let at = |ways: &[usize], field| {
            let mut tape = run(ways);
            tape.within(field, "");
            tape
        };
        let hunt = Hunt::new(&at(&[2], "a"), &[]);
        assert!(hunt.is_over(&at(&[2, 2], "b")));
        assert!(!hunt.is_over(&at(&[2], "b")));
        assert!(!hunt.is_over(&at(&[2, 2], "a")));
    }
}
