//! Two lists side by side: what both hold, what only one holds, and what changed.

use std::ops::Range;

/// What becomes of an item, by its places in the two lists.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::testing) enum Step {
    Same(usize),
    Changed(usize, usize),
    Missing(usize),
    Extra(usize),
}

/// Aligns two lists: first what is the same, and between that what is alike, each in order.
pub(in crate::testing) fn align(
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

/// The largest table; lists that differ in more than that are not aligned between their ends.
const TABLE: usize = 1 << 22;

/// A longest common subsequence, as pairs of places.
fn common(
    mut a: Range<usize>,
    mut b: Range<usize>,
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
    if a.len().saturating_mul(b.len()) > TABLE {
        pairs.extend(tail.into_iter().rev());
        return pairs;
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
        } else if longest[(i + 1) * width + j] == longest[i * width + j] {
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
    fn lists_that_need_too_large_a_table_keep_their_ends_only() {
        let middle = |_: usize, y: usize| y == TABLE / 2;
        assert_eq!(common(0..1, 0..TABLE, &middle), [(0, TABLE / 2)]);
        assert_eq!(common(0..1, 0..TABLE + 1, &middle), []);
        let (left, right) = ("a".repeat(3000), "b".repeat(3000));
        let (left, right) = (format!("x{left}y"), format!("x{right}y"));
        let steps = aligned(&left, &right);
        assert!(steps.starts_with("x -a ") && steps.ends_with(" +b y"));
    }

    /// All texts of two letters, up to this length.
    fn texts(length: usize) -> impl Iterator<Item = Vec<u8>> {
        let of = |length, bits: u8| (0..length).map(|place| bits >> place & 1).collect();
        (0..=length).flat_map(move |length| (0..1 << length).map(move |bits| of(length, bits)))
    }

    /// How much two texts have in common, worked out from the front without a table.
    fn most(x: &[u8], y: &[u8]) -> usize {
        match (x, y) {
            ([a, x @ ..], [b, y @ ..]) if a == b => 1 + most(x, y),
            ([_, rest @ ..], [_, other @ ..]) => most(rest, y).max(most(x, other)),
            _ => 0,
        }
    }

    #[test]
    fn what_is_common_is_in_order_and_as_long_as_can_be() {
        for (x, y) in texts(6).flat_map(|x| texts(5).map(move |y| (x.clone(), y))) {
            let pairs = common(0..x.len(), 0..y.len(), &|i, j| x[i] == y[j]);
            assert!(pairs.iter().all(|&(i, j)| x[i] == y[j]), "{x:?} {y:?}");
            assert!(pairs.is_sorted_by(|(a, b), (c, d)| a < c && b < d));
            assert_eq!(pairs.len(), most(&x, &y), "{x:?} {y:?}");
        }
    }

    #[test]
    fn repeats_are_told_apart_by_order() {
        assert_eq!(aligned("aab", "aaab"), "a a +a b");
        assert_eq!(aligned("abab", "baba"), "-a b a b +a");
    }
}
