//! A history as the source of a test.

use std::fmt::Write;

use super::invent::quoted;
use super::walk::{Received, Row, Taken};

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
    let given = given(aggregate, &rows);
    let (open, when) = match received {
        Some(Received { name, json }) => (
            "let _ = ",
            format!(".when_received::<{name}>({})", quoted(json)),
        ),
        None => (
            "",
            ".when(|_| Ok::<_, std::convert::Infallible>(()))\n    .then_nothing()".to_owned(),
        ),
    };
    format!("#[test]\nfn {name}_counterexample() {{\n    {open}{given}\n    {when};\n}}\n")
}

fn given(aggregate: &str, rows: &[&Row]) -> String {
    if rows.is_empty() {
        return format!("{aggregate}::given_nothing()");
    }
    let mut out = format!("{aggregate}::given_stored([\n");
    for Row {
        name,
        version,
        json,
    } in rows
    {
        let _ = writeln!(out, "        ({name:?}, {version}, {}),", quoted(json));
    }
    out.push_str("    ])");
    out
}
