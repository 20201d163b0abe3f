//! What is known of a commit before its changes are tried, kept for the next time.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};

use crate::build::{Binary, Build};
use crate::each;
use crate::list::Mutant;
use crate::trial::{Test, Trials};
use crate::tried::TRIED;

/// A test that takes longer is not asked.
const LONGEST: Duration = Duration::from_secs(40);

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Built {
    of: String,
    pub(crate) refused: BTreeSet<u32>,
    pub(crate) unplaced: BTreeSet<u32>,
    pub(crate) binaries: Vec<Binary>,
    pub(crate) tests: Vec<Test>,
}

impl Built {
    /// Builds all that is committed, unless that was done.
    pub(crate) fn of(root: &Path, folder: &Path, mutants: &[Mutant]) -> Result<Self> {
        let of = committed(root)?;
        let kept = folder.join("built.json");
        if let Ok(built) = fs::read(&kept)
            && let Ok(built) = serde_json::from_slice::<Self>(&built)
            && built.of == of
        {
            return Ok(built);
        }
        let mut switched = Build::of(root, folder, mutants)?;
        let binaries = switched.binaries()?;
        let trials = Trials::new(&binaries, &folder.join("passed"))?;
        let tests = passing(&trials)?;
        let Build {
            refused, unplaced, ..
        } = switched;
        let built = Self {
            of,
            refused,
            unplaced,
            binaries,
            tests,
        };
        fs::write(kept, serde_json::to_vec(&built)?)?;
        Ok(built)
    }
}

/// What the sources are to git, without what this program notes of them.
fn committed(root: &Path) -> Result<String> {
    let but_noted = format!(":!{TRIED}");
    let git = |arguments: &[&str]| -> Result<String> {
        let mut git = Command::new("git");
        git.current_dir(root).args(arguments);
        git.args(["--", "runtime", "macros", "tests", ".cargo", &but_noted]);
        Ok(String::from_utf8(git.output()?.stdout)?)
    };
    if !git(&["status", "--porcelain"])?.is_empty() {
        bail!("outcomes are those of a commit: commit what has changed, or put it aside");
    }
    git(&["ls-files", "--stage"])
}

/// The tests that pass as the sources stand, and what they come by.
fn passing(trials: &Trials<'_>) -> Result<Vec<Test>> {
    let tests = Mutex::new(Vec::new());
    each(&trials.names()?, |(binary, name)| {
        match trials.plainly(*binary, name, LONGEST)? {
            Some(test) => tests
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(test),
            None => eprintln!("not asked, since it fails as the sources stand: {name}"),
        }
        Ok(())
    })?;
    Ok(tests.into_inner().unwrap_or_else(PoisonError::into_inner))
}
