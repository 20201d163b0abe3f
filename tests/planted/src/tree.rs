//! A copy of the sources, into which bugs are put.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{error, fmt, fs, io};

use crate::bug::Bug;

/// A copy of the sources with a build folder of its own.
///
/// What is copied keeps its time of change if it has not changed, so that a second run builds little.
#[derive(Debug)]
pub struct Tree {
    sources: PathBuf,
    build: PathBuf,
}

/// Why a bug could not be planted.
#[derive(Debug)]
pub enum TreeError {
    /// A file could not be copied, or a program not be started.
    Io(PathBuf, io::Error),
    /// The sources are no longer what the patch was made for.
    Outdated(PathBuf, String),
}

impl Tree {
    /// Copies the sources from `from` to a folder below `into`.
    pub fn copied(from: &Path, into: &Path) -> Result<Self, TreeError> {
        let tree = Self {
            sources: into.join("sources"),
            build: into.join("build"),
        };
        copy(from, &tree.sources)?;
        Ok(tree)
    }

    /// Where the copy lies.
    pub fn sources(&self) -> &Path {
        &self.sources
    }

    /// What is built there goes here.
    pub fn build(&self) -> &Path {
        &self.build
    }

    /// Runs the test that should notice the bug, with the bug in the sources.
    pub fn run(&self, bug: &Bug) -> Result<Output, TreeError> {
        self.apply(bug, &[])?;
        let output = Command::new(env!("CARGO"))
            .current_dir(&self.sources)
            .env("CARGO_TARGET_DIR", &self.build)
            // Most of the work is to compile the same few crates again and again.
            .env("CARGO_INCREMENTAL", "1")
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env_remove("FACTUM_SOAK")
            .args([
                "test",
                "--quiet",
                "--offline",
                "--locked",
                "--all-features",
                "--package",
                &bug.package,
            ])
            .args(["--test", &bug.binary, "--", "--exact", &bug.test])
            .output()
            .map_err(|error| TreeError::Io("cargo".into(), error));
        self.apply(bug, &["--reverse"])?;
        output
    }

    fn apply(&self, bug: &Bug, how: &[&str]) -> Result<(), TreeError> {
        let output = Command::new("git")
            .current_dir(&self.sources)
            // Else git takes the copy for a part of the repository around it, and skips it.
            .env(
                "GIT_CEILING_DIRECTORIES",
                self.sources.parent().unwrap_or(&self.sources),
            )
            .arg("apply")
            .args(how)
            .arg(&bug.patch)
            .output()
            .map_err(|error| TreeError::Io("git".into(), error))?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(TreeError::Outdated(bug.patch.clone(), said))
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), TreeError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| TreeError::Io(path, error)
    };
    if from.is_dir() {
        fs::create_dir_all(to).map_err(failed(to))?;
        let sources = names(from)?;
        for gone in names(to)?.difference(&sources) {
            let gone = to.join(gone);
            let removed = if gone.is_dir() {
                fs::remove_dir_all(&gone)
            } else {
                fs::remove_file(&gone)
            };
            removed.map_err(failed(&gone))?;
        }
        return sources
            .iter()
            .try_for_each(|name| copy(&from.join(name), &to.join(name)));
    }
    let contents = fs::read(from).map_err(failed(from))?;
    if fs::read(to).is_ok_and(|there| there == contents) {
        return Ok(());
    }
    fs::write(to, contents).map_err(failed(to))
}

/// What lies in a folder, but for what is built and git's own.
fn names(folder: &Path) -> Result<BTreeSet<OsString>, TreeError> {
    let names = fs::read_dir(folder).and_then(|entries| {
        entries
            .map(|entry| entry.map(|entry| entry.file_name()))
            .filter(|name| {
                !name
                    .as_ref()
                    .is_ok_and(|name| name == "target" || name == ".git")
            })
            .collect()
    });
    names.map_err(|error| TreeError::Io(folder.to_owned(), error))
}

impl fmt::Display for TreeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(what, error) => write!(f, "{}: {error}", what.display()),
            Self::Outdated(patch, said) => write!(
                f,
                "{}: the sources have changed since; make the patch anew\n{said}",
                patch.display()
            ),
        }
    }
}

impl error::Error for TreeError {}
