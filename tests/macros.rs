//! What someone who opens `macros/` to learn how derives are written can rely on.

#![expect(clippy::unwrap_used, clippy::panic, reason = "only tests call it")]

mod sources;

use std::fs;
use std::path::{Path, PathBuf};

/// All of `macros/src` but `evolve`, unit tests included, and what keeps old events readable.
const TOTAL: usize = 2510;
const EVOLVE: usize = 1250;
const FILE: usize = 300;
const FUNCTION: usize = 40;

/// The files that hold a derive each, and the steps that each of them shows in this order.
const DERIVES: [&str; 4] = ["event.rs", "aggregate.rs", "command.rs", "stream_id.rs"];
const STEPS: [&str; 4] = ["parse", "check", "expand", "stub"];

#[test]
fn the_crate_is_short() {
    let (mut total, mut evolve) = (0, 0);
    for (path, source) in sources() {
        let lines = source.lines().count();
        assert!(
            lines <= FILE,
            "{} has {lines} lines, {FILE} are the most",
            path.display()
        );
        if path.to_string_lossy().contains("src/evolve") {
            evolve += lines;
        } else {
            total += lines;
        }
    }
    assert!(
        total < TOTAL,
        "macros/src has {total} lines without `evolve`, and has to stay under {TOTAL}"
    );
    assert!(
        evolve < EVOLVE,
        "evolve has {evolve} lines, and has to stay under {EVOLVE}"
    );
}

#[test]
fn functions_are_short() {
    for (path, source) in sources() {
        let found = functions(&source);
        for (name, lines) in &found {
            assert!(
                *lines < FUNCTION,
                "`{name}` in {} has {lines} lines, and has to stay under {FUNCTION}",
                path.display()
            );
        }
        let declared = source
            .lines()
            .filter(|line| declares(line).is_some())
            .count();
        assert_eq!(found.len(), declared, "{}", path.display());
    }
}

#[test]
fn each_derive_shows_its_steps_in_one_order() {
    for file in DERIVES {
        let source = fs::read_to_string(root().join("src").join(file)).unwrap();
        let functions = functions(&source);
        let steps: Vec<&str> = functions
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| STEPS.contains(name))
            .collect();
        assert_eq!(steps, STEPS, "{file}");
    }
}

/// The functions of a file that rustfmt has formatted, each with its lines from `fn` to the closing brace.
fn functions(source: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = source.lines().collect();
    let mut found = vec![];
    for (start, line) in lines.iter().enumerate() {
        let Some((indent, name)) = declares(line) else {
            continue;
        };
        // A trait's function without a body, or one that is empty, ends where it begins.
        let ends = |line: &str| line.ends_with(';') || line.ends_with("{}");
        let close = format!("{indent}}}");
        let length = match lines[start..].iter().position(|line| **line == close) {
            _ if ends(line) => 1,
            Some(end) => end + 1,
            None => panic!("`{name}` does not end"),
        };
        found.push((name.to_owned(), length));
    }
    found
}

/// Where a line begins a function outside of a quoted expansion, its indentation and its name.
fn declares(line: &str) -> Option<(&str, &str)> {
    let code = line.trim_start();
    let indent = &line[..line.len() - code.len()];
    let rest = ["pub(crate) ", "pub(super) ", "pub ", "const "]
        .iter()
        .fold(code, |code, word| code.strip_prefix(word).unwrap_or(code));
    let name = rest.strip_prefix("fn ")?;
    let name = name.split(['(', '<']).next()?;
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (plain && indent.len() <= 4).then_some((indent, name))
}

fn sources() -> Vec<(PathBuf, String)> {
    let found = sources::under("macros/src");
    assert!(found.len() > DERIVES.len());
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../macros")
}
