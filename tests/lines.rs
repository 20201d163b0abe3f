//! What someone who opens `runtime/src` to learn how factum works can rely on: the core is short.

#![expect(clippy::unwrap_used, reason = "only tests call it")]

mod sources;

use std::path::Path;

/// Lines of code in all that is neither a store nor the test kit. Whoever makes them fewer lowers it.
const TOTAL: usize = 3900;

/// What is no part of the core, beside unit tests.
const BESIDE: [&str; 3] = ["testing", "store/memory", "store/sqlite"];

#[test]
fn the_core_is_short() {
    let mut files: Vec<(String, usize)> = sources::under("runtime/src")
        .iter()
        .map(|(path, source)| {
            (
                within(path),
                source.lines().filter(|line| code(line)).count(),
            )
        })
        .filter(|(file, _)| !BESIDE.iter().any(|beside| file.starts_with(beside)))
        .filter(|(file, _)| !file.ends_with("/tests.rs"))
        .collect();
    files.sort();
    let total: usize = files.iter().map(|(_, lines)| lines).sum();
    let listed: Vec<String> = files
        .iter()
        .map(|(file, lines)| format!("{lines:5} {file}"))
        .collect();
    assert!(
        total < TOTAL,
        "the core has {total} lines of code, and has to stay under {TOTAL}:\n{}",
        listed.join("\n")
    );
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
