//! Which fields of two values differ, as far as their `Debug` output shows it.

use std::collections::BTreeSet;
use std::fmt::{Debug, Write};

use super::debug::{Entry, Key, Node};
use super::paint::Paint;

/// A field that differs, by its path in the value; an empty path is the value itself.
#[derive(Debug, PartialEq)]
pub(super) struct Difference {
    pub(super) path: String,
    pub(super) expected: Option<String>,
    pub(super) actual: Option<String>,
}

/// The fields in which two values differ; none if their `Debug` output hides them.
pub(super) fn differences<T: Debug>(expected: &T, actual: &T) -> Vec<Difference> {
    let mut found = Vec::new();
    let (expected, actual) = (Node::of(expected), Node::of(actual));
    compare(&expected, &actual, String::new(), &mut found);
    found
}

/// A value in one line; the variant that a generated enum wraps around an event's struct of the same name
/// says nothing, and is left out.
pub(super) fn line<T: Debug>(value: &T) -> String {
    let text = format!("{value:?}");
    let inner = text.split_once('(').and_then(|(name, rest)| {
        let inner = rest.strip_suffix(')')?;
        let end = inner.find([' ', '(', '{']).unwrap_or(inner.len());
        (inner[..end] == *name).then_some(inner)
    });
    inner.map_or_else(|| text.clone(), str::to_owned)
}

/// Differences one below the other, paths aligned, each side with the word that says what it is.
pub(super) fn table(
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
        let mut label = format!("{:<1$}  ", format!("{path}{colon}"), width + 1);
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
    let find = |entries: &'_ [Entry], key: &Key| entries.iter().position(|(other, _)| other == key);
    let mut seen = BTreeSet::new();
    for (key, wanted) in expected {
        let path = key.under(path);
        match find(actual, key) {
            Some(place) => {
                seen.insert(place);
                compare(wanted, &actual[place].1, path, found);
            }
            None => {
                found.push(Difference {
                    path,
                    expected: Some(wanted.text()),
                    actual: None,
                });
            }
        }
    }
    for (place, (key, got)) in actual.iter().enumerate() {
        if !seen.contains(&place) {
            let path = key.under(path);
            found.push(Difference {
                path,
                expected: None,
                actual: Some(got.text()),
            });
        }
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
    fn looks_into_what_some_holds() {
        let expected = Some(Address { city: "Bern" });
        let actual = Some(Address { city: "Berlin" });
        insta::assert_snapshot!(shown(&expected, &actual), @r#"
        city:  - "Bern"
               + "Berlin"
        "#);
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
