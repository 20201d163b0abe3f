//! Expected events against recorded ones: whole events aligned first, then the fields of a changed pair.

use std::fmt::Write;

use super::align::{Step, align};
use super::fields::{Difference, differences, line, table};
use super::paint::Paint;
use crate::aggregate::EventSet;
use crate::event::EventInfo;

/// What an event is expected to be: an event, or some fields of one.
pub(in crate::testing) trait Expectation<E> {
    /// Whether the event meets it.
    fn met_by(&self, event: &E) -> bool;

    /// Which event.
    fn which(&self) -> &'static EventInfo;

    /// The expectation in one line.
    fn text(&self) -> String;

    /// Where an event of the same name does not meet it.
    fn differences(&self, event: &E) -> Vec<Difference>;
}

impl<E: EventSet> Expectation<E> for E {
    fn met_by(&self, event: &E) -> bool {
        self == event
    }

    fn which(&self) -> &'static EventInfo {
        self.info()
    }

    fn text(&self) -> String {
        line(self)
    }

    fn differences(&self, event: &E) -> Vec<Difference> {
        differences(self, event)
    }
}

/// How the recorded events differ from the expected ones, a line per event.
///
/// Where `extra_is_fine`, other events may stand between the expected ones.
pub(in crate::testing) fn compared<E: EventSet, X: Expectation<E>>(
    expected: &[X],
    actual: &[E],
    extra_is_fine: bool,
    paint: Paint,
) -> String {
    let same = |x: usize, y: usize| expected[x].met_by(&actual[y]);
    let alike = |x: usize, y: usize| expected[x].which().name == actual[y].info().name;
    let mut out = String::new();
    for step in align(expected.len(), actual.len(), &same, &alike) {
        match step {
            Step::Same(place) => {
                let _ = writeln!(out, "  {}", line(&actual[place]));
            }
            Step::Missing(place) => {
                let text = paint.missing(&format!("- {}", expected[place].text()));
                let _ = writeln!(out, "{text}");
            }
            Step::Extra(place) if extra_is_fine => {
                let _ = writeln!(out, "  {}", paint.quiet(&line(&actual[place])));
            }
            Step::Extra(place) => {
                let text = paint.found(&format!("+ {}", line(&actual[place])));
                let _ = writeln!(out, "{text}");
            }
            Step::Changed(wanted, got) => {
                let _ = writeln!(
                    out,
                    "{}",
                    paint.changed(&format!("~ {}", expected[wanted].which().rust))
                );
                let found = expected[wanted].differences(&actual[got]);
                out.push_str(&table(&found, ["", ""], "    ", paint));
            }
        }
    }
    out
}
