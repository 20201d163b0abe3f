//! What someone who opens `runtime/src` to learn how factum works can rely on: the core is short. It is what carries a
//! command from the caller to a store and events from a store to whoever follows them; stores, the testing of domains
//! and stores, and what keeps, describes and copies events of other builds stand beside it, each with a bound of its own.

#![expect(clippy::unwrap_used, reason = "only tests call it")]

mod sources;

use std::path::Path;

/// What every store keeps to; the rest of `store` is the stores themselves.
const CONTRACT: [&str; 5] = [
    "store.rs",
    "store/append.rs",
    "store/page.rs",
    "store/page/builder.rs",
    "store/read.rs",
];

/// Whoever makes it fewer lowers it.
#[test]
fn the_core_has_less_than_3000_lines() {
    // What only the documentation has is no part of it either.
    let aside = [
        "store.rs",
        "store/",
        "testing",
        "evolve",
        "schema",
        "probe",
        "catalog",
        "copy",
        "private/each",
        "guide.rs",
    ];
    bounded(3000, |file| {
        !aside.iter().any(|part| file.starts_with(part))
    });
}

/// As above: what each expansion would say of each event, and the runtime says once.
#[test]
fn what_is_done_with_the_events_of_a_set_has_less_than_120_lines() {
    bounded(120, |file| file.starts_with("private/each"));
}

/// As above: what is there for events that other builds wrote.
#[test]
fn what_keeps_old_events_readable_has_less_than_600_lines() {
    bounded(600, |file| file.starts_with("evolve"));
}

/// As above: what is said of shapes, and what to write once one has changed.
#[test]
fn what_tells_and_judges_shapes_has_less_than_1540_lines() {
    bounded(1540, |file| {
        ["schema", "catalog"]
            .iter()
            .any(|part| file.starts_with(part))
    });
}

/// As above: what finds out the shapes of types that say nothing of themselves.
#[test]
fn what_traces_shapes_has_less_than_3800_lines() {
    bounded(3800, |file| file.starts_with("probe"));
}

/// As above.
#[test]
fn the_copy_of_stores_has_less_than_920_lines() {
    bounded(920, |file| file.starts_with("copy"));
}

/// As above.
#[test]
fn the_contract_of_the_stores_has_less_than_740_lines() {
    bounded(740, |file| CONTRACT.contains(&file));
}

/// Holds the lines of code of these files under a limit, without those of unit tests.
fn bounded(limit: usize, is_part: impl Fn(&str) -> bool) {
    let mut files: Vec<(String, usize)> = sources::under("runtime/src")
        .iter()
        .map(|(path, source)| {
            (
                within(path),
                source.lines().filter(|line| code(line)).count(),
            )
        })
        .filter(|(file, _)| is_part(file) && !of_tests(file))
        .collect();
    files.sort();
    let total: usize = files.iter().map(|(_, lines)| lines).sum();
    let listed: Vec<String> = files
        .iter()
        .map(|(file, lines)| format!("{lines:5} {file}"))
        .collect();
    assert!(
        total < limit,
        "{total} lines of code have to stay under {limit}:\n{}",
        listed.join("\n")
    );
}

fn of_tests(file: &str) -> bool {
    let mut parts = file.split('/');
    parts.any(|part| ["tests", "tests.rs", "snapshots"].contains(&part))
}

/// Neither blank nor a comment.
fn code(line: &str) -> bool {
    let line = line.trim_start();
    !line.is_empty() && !line.starts_with("//")
}

fn within(path: &Path) -> String {
    let path = path.to_str().unwrap();
    let (_, file) = path.split_once("runtime/src/").unwrap();
    file.to_owned()
}
