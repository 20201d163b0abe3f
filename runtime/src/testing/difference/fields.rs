//! Which fields of two values differ, as far as their `Debug` output shows it.

use std::fmt::{Debug, Write};

use super::align::{Step, align};
use super::debug::{Entry, Key, Node};
use super::paint::Paint;

/// A field that differs, by its path in the value; an empty path is the value itself.
#[derive(Debug, PartialEq)]
pub(in crate::testing) struct Difference {
    pub(in crate::testing) path: String,
    pub(in crate::testing) expected: Option<String>,
    pub(in crate::testing) actual: Option<String>,
}

/// The fields in which two values differ; none if their `Debug` output hides them.
pub(in crate::testing) fn differences<T: Debug>(expected: &T, actual: &T) -> Vec<Difference> {
    let mut found = Vec::new();
    let (expected, actual) = (Node::of(expected), Node::of(actual));
    compare(&expected, &actual, String::new(), &mut found);
    found
}

/// A value in one line; the variant that a generated enum wraps around an event's struct of the same name
/// says nothing, and is left out.
pub(in crate::testing) fn line<T: Debug>(value: &T) -> String {
    let text = format!("{value:?}");
    let inner = text.split_once('(').and_then(|(name, rest)| {
        let inner = rest.strip_suffix(')')?;
        let end = inner.find([' ', '(', '{']).unwrap_or(inner.len());
        (inner[..end] == *name).then_some(inner)
    });
    inner.map_or_else(|| text.clone(), str::to_owned)
}

/// Differences one below the other, paths aligned, each side with the word that says what it is.
pub(in crate::testing) fn table(
    differences: &[Difference],
    [expected, actual]: [&str; 2],
    indent: &str,
    paint: Paint,
) -> String {
    if differences.is_empty() {
        return format!("{indent}the difference is in a field that their `Debug` does not show\n");
    }
    let width = differences
        .iter()
        .map(|entry| entry.path.chars().count())
        .max()
        .unwrap_or(0);
    let words = expected.len().max(actual.len());
    let mut out = String::new();
    for Difference {
        path,
        expected: wanted,
        actual: got,
    } in differences
    {
        let colon = if path.is_empty() { "" } else { ":" };
        let mut label = match width {
            0 => String::new(),
            width => format!("{:<1$}  ", format!("{path}{colon}"), width + 1),
        };
        let sides = [('-', wanted, expected), ('+', got, actual)];
        for (sign, value, word) in sides {
            let Some(value) = value else { continue };
            let space = if word.is_empty() { "" } else { "  " };
            let text = format!("{sign} {word:<words$}{space}{value}");
            let text = if sign == '-' {
                paint.missing(&text)
            } else {
                paint.found(&text)
            };
            let _ = writeln!(out, "{indent}{label}{text}");
            label = " ".repeat(label.chars().count());
        }
    }
    out
}

fn compare(expected: &Node, actual: &Node, path: String, found: &mut Vec<Difference>) {
    if expected == actual {
        return;
    }
    if let (Some((kind, wanted)), Some((same, got))) = (expected.parts(), actual.parts())
        && kind == same
    {
        return compare_entries(wanted, got, &path, found);
    }
    found.push(Difference {
        path,
        expected: Some(expected.text()),
        actual: Some(actual.text()),
    });
}

fn compare_entries(expected: &[Entry], actual: &[Entry], path: &str, found: &mut Vec<Difference>) {
    let mut entries = expected.iter().chain(actual);
    if entries.all(|(key, _)| matches!(key, Key::Item(_))) {
        return compare_lists(expected, actual, path, found);
    }
    for (key, wanted) in expected {
        match actual.iter().find(|(other, _)| other == key) {
            Some((_, got)) => compare(wanted, got, key.under(path), found),
            None => found.push(missing(key, wanted, path)),
        }
    }
    for (key, got) in actual {
        if !expected.iter().any(|(other, _)| other == key) {
            found.push(extra(key, got, path));
        }
    }
}

/// An item more or less shifts those behind it, which are still the same.
fn compare_lists(expected: &[Entry], actual: &[Entry], path: &str, found: &mut Vec<Difference>) {
    let same = |x: usize, y: usize| expected[x].1 == actual[y].1;
    let alike = |x: usize, y: usize| expected[x].1.is_like(&actual[y].1);
    for step in align(expected.len(), actual.len(), &same, &alike) {
        match step {
            Step::Same(_) => {}
            Step::Missing(place) => {
                found.push(missing(&expected[place].0, &expected[place].1, path));
            }
            Step::Extra(place) => found.push(extra(&actual[place].0, &actual[place].1, path)),
            Step::Changed(wanted, got) => {
                let (key, got) = &actual[got];
                compare(&expected[wanted].1, got, key.under(path), found);
            }
        }
    }
}

fn missing(key: &Key, wanted: &Node, path: &str) -> Difference {
    Difference {
        path: key.under(path),
        expected: Some(wanted.text()),
        actual: None,
    }
}

fn extra(key: &Key, got: &Node, path: &str) -> Difference {
    Difference {
        path: key.under(path),
        expected: None,
        actual: Some(got.text()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Debug)]
    #[expect(dead_code, reason = "read through Debug only")]
    struct Order {
        id: u32,
        to: Address,
        note: Option<String>,
        lines: Vec<(u32, &'static str)>,
        tags: BTreeMap<&'static str, u32>,
    }

    #[derive(Debug)]
    #[expect(dead_code, reason = "read through Debug only")]
    struct Address {
        city: &'static str,
    }

    #[derive(Debug)]
    #[expect(dead_code, reason = "read through Debug only")]
    enum Event {
        Order(Order),
        Closed(Address),
    }

    fn order(city: &'static str, note: Option<&str>, lines: Vec<(u32, &'static str)>) -> Order {
        let tags = BTreeMap::from([("a: {", 1), ("b", lines.len().try_into().unwrap())]);
        Order {
            id: 1,
            to: Address { city },
            note: note.map(str::to_owned),
            lines,
            tags,
        }
    }

    fn shown<T: Debug>(expected: &T, actual: &T) -> String {
        table(&differences(expected, actual), ["", ""], "", Paint::OFF)
    }

    #[test]
    fn names_nested_fields_items_and_entries() {
        let expected = Event::Order(order("Bern", None, vec![(1, "ink"), (2, "pen")]));
        let actual = Event::Order(order("Berlin", Some("x: {"), vec![(1, "{")]));
        insta::assert_snapshot!(shown(&expected, &actual), @r#"
        to.city:     - "Bern"
                     + "Berlin"
        note:        - None
                     + Some("x: {")
        lines[0].1:  - "ink"
                     + "{"
        lines[1]:    - (2, "pen")
        tags["b"]:   - 2
                     + 1
        "#);
    }

    #[test]
    fn an_item_more_does_not_shift_the_others() {
        let expected = vec![Some(1), Some(2), Some(3)];
        let actual = vec![Some(1), Some(9), Some(2), Some(4), None];
        insta::assert_snapshot!(shown(&expected, &actual), @"
        [1]:  + Some(9)
        [3]:  - 3
              + 4
        [4]:  + None
        ");
    }

    #[test]
    fn an_item_is_compared_with_one_of_its_kind() {
        let expected = vec![Err("a")];
        let actual = vec![Ok(5), Err("b")];
        insta::assert_snapshot!(shown(&expected, &actual), @r#"
        [0]:  + Ok(5)
        [1]:  - "a"
              + "b"
        "#);
    }

    #[test]
    fn a_key_may_hold_what_ends_keys() {
        let entries = |value| BTreeMap::from(["a: {", "\": b", "c\\", "é"].map(|key| (key, value)));
        insta::assert_snapshot!(shown(&entries(1), &entries(2)), @r#"
        ["\": b"]:  - 1
                    + 2
        ["a: {"]:   - 1
                    + 2
        ["c\\"]:    - 1
                    + 2
        ["é"]:      - 1
                    + 2
        "#);
    }

    #[test]
    fn looks_into_what_some_holds() {
        let expected = Some(Address { city: "Bern" });
        let actual = Some(Address { city: "Berlin" });
        insta::assert_snapshot!(shown(&expected, &actual), @r#"
        city:  - "Bern"
               + "Berlin"
        "#);
    }

    #[test]
    fn colours_keep_the_columns() {
        let (expected, actual) = (Address { city: "Bern" }, Address { city: "Berlin" });
        let table = table(&differences(&expected, &actual), ["", ""], "  ", Paint::ON);
        assert_eq!(
            table,
            "  city:  \u{1b}[31m- \"Bern\"\u{1b}[0m\n         \u{1b}[32m+ \"Berlin\"\u{1b}[0m\n"
        );
    }

    #[test]
    fn shows_other_kinds_whole() {
        let expected = Event::Closed(Address { city: "Bern" });
        let actual = Event::Order(order("Bern", None, vec![]));
        insta::assert_snapshot!(shown(&expected, &actual), @r#"
          - Closed(Address { city: "Bern" })
          + Order(Order { id: 1, to: Address { city: "Bern" }, note: None, lines: [], tags: {"a: {": 1, "b": 0} })
        "#);
    }

    #[test]
    fn takes_a_debug_of_its_own_form_as_it_is() {
        struct Odd(&'static str);
        impl Debug for Odd {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "Odd {{\n{}", self.0)
            }
        }
        assert_eq!(
            differences(&Odd("a"), &Odd("b")),
            [Difference {
                path: String::new(),
                expected: Some("Odd {\na".into()),
                actual: Some("Odd {\nb".into())
            }]
        );
        let more = differences(&Odd("}\na"), &Odd("}\nb"));
        assert_eq!(more[0].expected.as_deref(), Some("Odd {\n}\na"));
    }

    #[test]
    fn says_so_where_debug_hides_the_difference() {
        assert!(differences(&"same", &"same").is_empty());
        insta::assert_snapshot!(shown(&"same", &"same"), @"the difference is in a field that their `Debug` does not show");
    }

    #[test]
    fn leaves_out_a_variant_of_the_same_name_only() {
        let closed = Event::Closed(Address { city: "Bern" });
        assert_eq!(line(&closed), r#"Closed(Address { city: "Bern" })"#);
        let order = Event::Order(order("Bern", None, vec![]));
        assert!(line(&order).starts_with("Order { id: 1"));
    }
}
