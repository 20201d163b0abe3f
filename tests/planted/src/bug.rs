//! A bug, as its file describes it.

use std::path::{Path, PathBuf};
use std::{error, fmt, fs, io};

/// A patch, and what has to come of it.
#[derive(Debug)]
pub struct Bug {
    /// The file.
    pub patch: PathBuf,
    /// What is wrong, in a sentence.
    pub what: String,
    /// The package whose test has to fail.
    pub package: String,
    /// The test binary in it.
    pub binary: String,
    /// The test in that.
    pub test: String,
    /// What the test has to say.
    pub says: String,
}

/// A bug's file that cannot be used.
#[derive(Debug)]
pub enum BugError {
    /// It cannot be read.
    Unreadable(PathBuf, io::Error),
    /// A line of its head is missing, or not of its form.
    Head(PathBuf, &'static str),
}

impl Bug {
    /// Reads the bug of this name.
    ///
    /// Before the diff stand the lines `Bug:`, `Fails:`, `Caught by:` and `Says:`.
    pub fn read(folder: &Path, name: &str) -> Result<Self, BugError> {
        let patch = folder.join(format!("{name}.patch"));
        let file = fs::read_to_string(&patch);
        let file = file.map_err(|error| BugError::Unreadable(patch.clone(), error))?;
        let head = file.lines().take_while(|line| !line.starts_with("diff "));
        let head: Vec<_> = head.collect();
        let said = |word: &'static str| {
            let line = head.iter().find_map(|line| line.strip_prefix(word));
            let line = line.map(str::trim).filter(|said| !said.is_empty());
            line.ok_or_else(|| BugError::Head(patch.clone(), word))
        };
        said("Fails:")?;
        let caught: Vec<_> = said("Caught by:")?.split(' ').collect();
        let &[package, binary, test] = &*caught else {
            return Err(BugError::Head(patch.clone(), "Caught by:"));
        };
        Ok(Self {
            package: package.to_owned(),
            binary: binary.to_owned(),
            test: test.to_owned(),
            says: said("Says:")?.to_owned(),
            what: said("Bug:")?.trim_end_matches('.').to_owned(),
            patch,
        })
    }
}

impl fmt::Display for BugError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Head(path, word) => write!(
                f,
                "{}: a line `{word} ..` has to stand before the diff (`Caught by:` has a package, a test binary \
                 and a test)",
                path.display()
            ),
        }
    }
}

impl error::Error for BugError {}
