//! A directory with a store in it, and the program that works there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use fines::summary::Summary;
use tempfile::TempDir;

/// The file that comes with the example.
pub(crate) const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/traffic_fines.csv");

pub(crate) struct Office {
    directory: TempDir,
}

/// What the program said.
pub(crate) struct Said {
    pub(crate) ok: bool,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Office {
    pub(crate) fn new() -> Self {
        Self {
            directory: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The program, started here, so that `fines.db` lies here too.
    pub(crate) fn program(&self, arguments: &[&str]) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_fines"));
        program
            .args(arguments)
            .current_dir(self.directory.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        program
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        said(self.program(arguments).output().unwrap())
    }

    /// Runs what has to go well.
    pub(crate) fn out(&self, arguments: &[&str]) -> String {
        let said = self.run(arguments);
        assert!(
            said.ok && said.err.is_empty(),
            "{arguments:?}: {}",
            said.err
        );
        said.out
    }

    pub(crate) fn summary(&self, arguments: &[&str]) -> Summary {
        let arguments = [&["summary", "--json"], arguments].concat();
        serde_json::from_str(&self.out(&arguments)).unwrap()
    }

    /// Writes a file of these rows and names it.
    pub(crate) fn file<'a>(&self, name: &str, rows: impl IntoIterator<Item = &'a str>) -> String {
        let header = shipped().lines().next().unwrap().to_owned();
        let rows = rows.into_iter().collect::<Vec<_>>();
        fs::write(self.path(name), format!("{header}\n{}\n", rows.join("\n"))).unwrap();
        name.to_owned()
    }
}

pub(crate) fn said(output: Output) -> Said {
    Said {
        ok: output.status.success(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

pub(crate) fn shipped() -> String {
    fs::read_to_string(Path::new(SHIPPED)).unwrap()
}

/// The rows of the first fines of the shipped file.
pub(crate) fn first(fines: usize) -> Vec<String> {
    let file = shipped();
    let id = |row: &str| row.split(',').next().unwrap().to_owned();
    let mut rows = Vec::<String>::new();
    let mut seen = 0;
    for row in file.lines().skip(1) {
        if rows.last().is_none_or(|last| id(last) != id(row)) {
            seen += 1;
        }
        if seen > fines {
            break;
        }
        rows.push(row.to_owned());
    }
    rows
}

pub(crate) fn strs(rows: &[String]) -> impl DoubleEndedIterator<Item = &str> {
    rows.iter().map(String::as_str)
}
