//! Expected events against recorded ones: whole events aligned first, then the fields of a changed pair.

use std::fmt::Write;

use super::fields::{Difference, differences, line, table};
use super::paint::Paint;
use crate::aggregate::EventSet;
use crate::event::EventInfo;

/// What an event is expected to be: an event, or some fields of one.
pub(super) trait Expectation<E> {
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

/// One line of the comparison, by places in the two lists.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Same(usize),
    Changed(usize, usize),
    Missing(usize),
    Extra(usize),
}

/// How the recorded events differ from the expected ones, a line per event.
///
/// Where `extra_is_fine`, other events may stand between the expected ones.
pub(super) fn compared<E: EventSet, X: Expectation<E>>(
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

/// Aligns two lists: first what is the same, and between that what is alike, each in order.
fn align(
    expected: usize,
    actual: usize,
    same: &dyn Fn(usize, usize) -> bool,
    alike: &dyn Fn(usize, usize) -> bool,
) -> Vec<Step> {
    let mut steps = Vec::new();
    let (mut x, mut y) = (0, 0);
    let mut anchors = common(0..expected, 0..actual, same);
    anchors.push((expected, actual));
    for (next_x, next_y) in anchors {
        let mut pairs = common(x..next_x, y..next_y, alike);
        pairs.push((next_x, next_y));
        for (pair_x, pair_y) in pairs {
            steps.extend((x..pair_x).map(Step::Missing));
            steps.extend((y..pair_y).map(Step::Extra));
            if pair_x < next_x {
                steps.push(Step::Changed(pair_x, pair_y));
            }
            (x, y) = (pair_x + 1, pair_y + 1);
        }
        if next_x < expected {
            steps.push(Step::Same(next_y));
        }
    }
    steps
}

/// A longest common subsequence, as pairs of places.
fn common(
    mut a: std::ops::Range<usize>,
    mut b: std::ops::Range<usize>,
    equal: &dyn Fn(usize, usize) -> bool,
) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    // What both begin and end with needs no table, which takes the product of the lengths.
    while !a.is_empty() && !b.is_empty() && equal(a.start, b.start) {
        pairs.push((a.start, b.start));
        (a.start, b.start) = (a.start + 1, b.start + 1);
    }
    let mut tail = Vec::new();
    while !a.is_empty() && !b.is_empty() && equal(a.end - 1, b.end - 1) {
        (a.end, b.end) = (a.end - 1, b.end - 1);
        tail.push((a.end, b.end));
    }
    let width = b.len() + 1;
    let mut longest = vec![0_u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i * width + j] = if equal(a.start + i, b.start + j) {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        if equal(a.start + i, b.start + j) {
            pairs.push((a.start + i, b.start + j));
            (i, j) = (i + 1, j + 1);
        } else if longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs.extend(tail.into_iter().rev());
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lower and upper case are alike; the sign says what became of each letter.
    fn aligned(expected: &str, actual: &str) -> String {
        let (x, y) = (expected.as_bytes(), actual.as_bytes());
        let same = |i: usize, j: usize| x[i] == y[j];
        let alike = |i: usize, j: usize| x[i].eq_ignore_ascii_case(&y[j]);
        let steps = align(x.len(), y.len(), &same, &alike);
        let letter = |bytes: &[u8], place: usize| char::from(bytes[place]).to_string();
        let shown = steps.into_iter().map(|step| match step {
            Step::Same(j) => letter(y, j),
            Step::Changed(i, j) => format!("~{}{}", letter(x, i), letter(y, j)),
            Step::Missing(i) => format!("-{}", letter(x, i)),
            Step::Extra(j) => format!("+{}", letter(y, j)),
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn keeps_what_is_the_same_in_line() {
        assert_eq!(aligned("abcd", "abcd"), "a b c d");
        assert_eq!(aligned("abd", "abcd"), "a b +c d");
        assert_eq!(aligned("abcd", "acd"), "a -b c d");
        assert_eq!(aligned("abcdef", "xbcyef"), "-a +x b c -d +y e f");
        assert_eq!(aligned("", "ab"), "+a +b");
        assert_eq!(aligned("ab", ""), "-a -b");
        assert_eq!(aligned("", ""), "");
    }

    #[test]
    fn pairs_what_is_alike_between() {
        assert_eq!(aligned("aBc", "abc"), "a ~Bb c");
        assert_eq!(aligned("aBDc", "axbdc"), "a +x ~Bb ~Dd c");
        assert_eq!(aligned("Ab", "ba"), "-A b +a");
    }

    #[test]
    fn repeats_are_told_apart_by_order() {
        assert_eq!(aligned("aab", "aaab"), "a a +a b");
        assert_eq!(aligned("abab", "baba"), "-a b a b +a");
    }
}
