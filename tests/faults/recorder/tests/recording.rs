//! A process that is recorded.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

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
        let watched = fs::canonicalize(directory.path()).unwrap();
        let to = to.path().join("record");
        let ended = Command::new(env!("CARGO_BIN_EXE_factum-recorded"))
            .arg(role)
            .arg(&watched)
            .args(arguments)
            .env("LD_PRELOAD", library())
            .env("FACTUM_RECORD_DIRECTORY", &watched)
            .env("FACTUM_RECORD_TO", &to)
            .status()
            .unwrap();
        assert!(ended.success(), "{role} {arguments:?} did not end well");
        let bytes = fs::read(to).unwrap();
        let mut rest = &*bytes;
        let records = std::iter::from_fn(|| Record::decode(&mut rest)).collect();
        assert!(rest.is_empty(), "the record cannot be read");
        Self { records, directory }
    }
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
