//! The changes that cargo-mutants would make.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
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
    /// What git calls the file's content.
    #[serde(skip)]
    pub(crate) of: String,
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
    let mut mutants: Vec<Mutant> = serde_json::from_slice(&listed.stdout)
        .context("what `cargo mutants --list --json` printed")?;
    let mut contents = BTreeMap::new();
    for mutant in &mut mutants {
        let of = match contents.entry(mutant.file.clone()) {
            Entry::Occupied(of) => of.into_mut(),
            Entry::Vacant(of) => of.insert(content(root, &mutant.file)?),
        };
        mutant.of.clone_from(of);
    }
    Ok(mutants)
}

fn content(root: &Path, file: &str) -> Result<String> {
    let mut git = Command::new("git");
    git.current_dir(root).args(["hash-object", "--", file]);
    let said = git.output().context("git")?;
    if !said.status.success() {
        bail!("git hash-object {file}: {}", said.status);
    }
    Ok(String::from_utf8(said.stdout)?.trim().to_owned())
}
