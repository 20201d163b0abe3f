//! What came of each change that was tried, a line each.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::Result;

use crate::list::Mutant;

/// What may come of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Caught,
    Survived,
    DoesNotCompile,
    HasNoSwitch,
}

impl Kind {
    const ALL: [Self; 4] = [
        Self::Caught,
        Self::Survived,
        Self::DoesNotCompile,
        Self::HasNoSwitch,
    ];

    const fn said(self) -> &'static str {
        match self {
            Self::Caught => "caught",
            Self::Survived => "survived",
            Self::DoesNotCompile => "does not compile",
            Self::HasNoSwitch => "has no switch",
        }
    }
}

/// The file with a line for each: what came of it, what git calls the content of its file, its name, and by which test.
pub(crate) struct Outcomes {
    path: PathBuf,
    file: Mutex<File>,
}

impl Outcomes {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self {
            path: path.to_owned(),
            file: Mutex::new(file),
        })
    }

    /// What came of each so far, by the content of its file and its name.
    pub(crate) fn known(&self) -> Result<BTreeMap<(String, String), Kind>> {
        let text = fs::read_to_string(&self.path)?;
        let known = text.lines().filter_map(|line| {
            let mut columns = line.split('\t');
            let said = columns.next()?;
            let kind = Kind::ALL.into_iter().find(|kind| kind.said() == said)?;
            let of = columns.next()?.to_owned();
            Some(((of, columns.next()?.to_owned()), kind))
        });
        Ok(known.collect())
    }

    pub(crate) fn add(&self, kind: Kind, mutant: &Mutant, by: &str) -> Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let Mutant { of, name, .. } = mutant;
        Ok(writeln!(file, "{}\t{of}\t{name}\t{by}", kind.said())?)
    }

    /// Prints those that survived, and how many there are of each outcome.
    pub(crate) fn sum(&self) -> Result<()> {
        let known = self.known()?;
        for ((_, name), _) in known.iter().filter(|(_, kind)| **kind == Kind::Survived) {
            println!("survived: {name}");
        }
        for kind in Kind::ALL {
            let count = known.values().filter(|known| **known == kind).count();
            println!("{}: {count}", kind.said());
        }
        Ok(())
    }
}
