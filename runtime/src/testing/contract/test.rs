//! A history as the source of a test.

use std::fmt::Write;

use super::history::{Received, Row, Taken};
use super::invent::quoted;
use crate::testing::scenario::scene::NOW;

/// What rustfmt keeps on one line.
const LIST_WIDTH: usize = 60;
const LINE_WIDTH: usize = 100;

/// A test that fails as this history does.
pub(super) fn as_test(aggregate: &str, name: &str, taken: &[Taken]) -> String {
    let word = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let name: String = name.chars().map(word).collect();
    let (received, before) = match taken.split_last() {
        Some((
            Taken {
                command: Some(command),
                ..
            },
            before,
        )) => (Some(command), before),
        _ => (None, taken),
    };
    let rows: Vec<&Row> = before.iter().flat_map(|step| &step.rows).collect();
    let (given, indent) = given(aggregate, &rows);
    let (open, calls) = match received {
        Some(Received { name, json, at }) => {
            let at = (*at != NOW).then(|| format!(".at(\"{at}\")"));
            let received = format!(".when_received::<{name}>({})", quoted(json));
            ("let _ = ", at.into_iter().chain([received]).collect())
        }
        None => (
            "",
            vec![
                ".when(|_| Ok::<_, std::convert::Infallible>(()))".to_owned(),
                ".then_nothing()".to_owned(),
            ],
        ),
    };
    let line = format!("    {open}{given}{};", calls.concat());
    if rows.is_empty() && calls.len() == 1 && line.len() <= LINE_WIDTH {
        return format!("#[test]\nfn {name}_counterexample() {{\n{line}\n}}\n");
    }
    let calls = calls.join(&format!("\n{indent}"));
    format!("#[test]\nfn {name}_counterexample() {{\n    {open}{given}\n{indent}{calls};\n}}\n")
}

/// The start of it, and how far the calls behind it are indented.
fn given(aggregate: &str, rows: &[&Row]) -> (String, &'static str) {
    let (alone, behind_a_list) = ("        ", "    ");
    if rows.is_empty() {
        return (format!("{aggregate}::given_nothing()"), alone);
    }
    let rows = rows.iter().map(
        |Row {
             name,
             version,
             json,
         }| format!("({name:?}, {version}, {})", quoted(json)),
    );
    let rows: Vec<String> = rows.collect();
    if let [row] = rows.as_slice()
        && row.len() + 2 <= LIST_WIDTH
    {
        return (format!("{aggregate}::given_stored([{row}])"), alone);
    }
    let mut out = format!("{aggregate}::given_stored([\n");
    for row in rows {
        let _ = writeln!(out, "        {row},");
    }
    out.push_str("    ])");
    (out, behind_a_list)
}
