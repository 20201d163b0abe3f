//! Where the files lie, and what that disk does.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use tempfile::TempDir;

use crate::ratio::{Outcome, float, shown};

/// A directory below `target`: `/tmp` may be memory, where nothing waits for a disk.
pub(crate) fn directory() -> Outcome<TempDir> {
    Ok(tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?)
}

/// The SQLite that is built in, and how often this disk confirms a write.
pub(crate) fn conditions() -> Outcome<String> {
    let version = factum::sqlite::rusqlite::version();
    let directory = directory()?;
    let rate = shown(syncs(directory.path())?, "waits");
    Ok(format!(
        "SQLite {version}, journal_mode=wal, synchronous=full; the disk confirms {rate} of 4 KiB"
    ))
}

fn syncs(directory: &Path) -> Outcome<f64> {
    const WRITES: usize = 500;
    let mut file = File::create(directory.join("syncs"))?;
    let started = Instant::now();
    for _ in 0..WRITES {
        file.write_all(&[1; 4096])?;
        file.sync_data()?;
    }
    Ok(float(WRITES) / started.elapsed().as_secs_f64())
}
