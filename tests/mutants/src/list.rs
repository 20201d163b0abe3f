//! The changes that cargo-mutants would make.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// A change at one place. Its index in the list, plus one, is its number.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Mutant {
    pub(crate) name: String,
    pub(crate) file: String,
    pub(crate) genre: Genre,
    pub(crate) replacement: String,
    pub(crate) span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
pub(crate) enum Genre {
    FnValue,
    BinaryOperator,
    UnaryOperator,
    MatchArm,
    MatchArmGuard,
    StructField,
    #[serde(other)]
    Other,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Span {
    pub(crate) start: Place,
}

/// Both count from 1, columns in characters.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// Asks cargo-mutants, which leaves out what `.cargo/mutants.toml` says.
pub(crate) fn ask(root: &Path) -> Result<Vec<Mutant>> {
    let listed = Command::new(env!("CARGO"))
        .current_dir(root)
        .args(["mutants", "--list", "--json"])
        .output()?;
    if !listed.status.success() {
        let said = String::from_utf8_lossy(&listed.stderr);
        bail!("`cargo mutants --list` failed; `cargo install cargo-mutants` installs it\n{said}");
    }
    serde_json::from_slice(&listed.stdout).context("what `cargo mutants --list --json` printed")
}
