//! What the compiler says about mistakes: a folder per kind, a file per mistake, and beside it the same file with
//! exactly that pasted which the message says to paste.
//!
//! `TRYBUILD=overwrite` records; then read the difference as a user would.

mod coverage;
mod messages;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use messages::Case;

#[test]
fn mistakes_are_explained() {
    let compiler = trybuild::TestCases::new();
    for case in cases() {
        let [source, ..] = case.files();
        compiler.compile_fail(source);
    }
}

/// All in one program, since each alone would have to be built and linked.
#[test]
fn what_is_to_be_pasted_compiles() {
    let mut program = "#![allow(dead_code, unused_imports, unused_variables)]\n".to_owned();
    for (i, case) in cases().iter().enumerate() {
        let [.., fixed] = case.files();
        if let Ok(fixed) = fixed.canonicalize() {
            writeln!(program, "#[path = {fixed:?}]\nmod case_{i};").unwrap();
        }
    }
    program += "fn main() {}\n";
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fixed.rs");
    fs::write(&path, program).unwrap();
    trybuild::TestCases::new().pass(path);
}

#[test]
fn messages_keep_their_form() {
    let problems: Vec<String> = cases().iter().flat_map(Case::problems).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn nothing_is_without_its_case() {
    let cases = cases();
    assert!(cases.len() >= 100, "{} cases are left", cases.len());
    let known: Vec<PathBuf> = cases.iter().flat_map(Case::files).collect();
    for file in files(Path::new("ui")) {
        assert!(known.contains(&file), "{} has no case", file.display());
    }
}

/// Every file but those that belong to another, and but what cases share.
fn cases() -> Vec<Case> {
    let files = files(Path::new("ui")).into_iter();
    let mut cases: Vec<Case> = files.filter_map(|file| Case::of(&file)).collect();
    cases.sort();
    cases
}

#[expect(clippy::unwrap_used, reason = "only tests call it")]
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let files = paths.flat_map(|path| {
        if path.is_dir() {
            files(&path)
        } else {
            vec![path]
        }
    });
    files
        .filter(|path| {
            !["ui/domain.rs", "ui/machine.rs"]
                .iter()
                .any(|shared| path.ends_with(shared))
        })
        .collect()
}
