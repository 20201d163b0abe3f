//! A process that is recorded.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::record::Record;

/// What a process did to the files of its directory, in order.
pub(crate) struct Recording {
    pub(crate) records: Vec<Record>,
    /// The files as it left them.
    pub(crate) directory: TempDir,
}

impl Recording {
    /// Runs `factum-recorded` in a role; the first argument behind it is the directory.
    pub(crate) fn of(role: &str, arguments: &[&str]) -> Self {
        let (directory, to) = (place(), place());
        let to = to.path().join("record");
        run(directory.path(), &to, role, arguments);
        let bytes = fs::read(to).unwrap();
        let mut rest = &*bytes;
        let records = std::iter::from_fn(|| Record::decode(&mut rest)).collect();
        assert!(rest.is_empty(), "the record cannot be read");
        Self { records, directory }
    }
}

/// Runs a role with the recorder before it that keeps nothing, and returns what it said.
pub(crate) fn watched(role: &str, arguments: &[&str]) -> String {
    run(place().path(), Path::new("/dev/null"), role, arguments)
}

fn run(directory: &Path, to: &Path, role: &str, arguments: &[&str]) -> String {
    let directory = fs::canonicalize(directory).unwrap();
    let ended = Command::new(env!("CARGO_BIN_EXE_factum-recorded"))
        .arg(role)
        .arg(&directory)
        .args(arguments)
        .env("LD_PRELOAD", library())
        .env("FACTUM_RECORD_DIRECTORY", &directory)
        .env("FACTUM_RECORD_TO", to)
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(
        ended.status.success(),
        "{role} {arguments:?} did not end well: {}",
        ended.status
    );
    String::from_utf8(ended.stdout).unwrap()
}

/// A directory in memory, where the system has one: what is looked at are bytes, not a disk.
pub(crate) fn place() -> TempDir {
    let memory = Path::new("/dev/shm");
    tempfile::tempdir_in(memory)
        .or_else(|_| tempfile::tempdir())
        .unwrap()
}

/// Cargo builds the library before the tests that stand beside it.
fn library() -> PathBuf {
    let beside = std::env::current_exe()
        .unwrap()
        .with_file_name("libfactum_recorder.so");
    assert!(
        beside.exists(),
        "{} is missing: start the tests with cargo",
        beside.display()
    );
    beside
}
