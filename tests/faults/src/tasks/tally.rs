//! What came before what, without a clock: a count that processes share.

use std::fs::{File, OpenOptions};
use std::io::{Seek, Write};
use std::path::Path;

/// A file that grows by one byte each time that something is done. Whatever was counted when something else began
/// was done before.
#[derive(Debug)]
pub(super) struct Tally(File);

impl Tally {
    /// The count in this file, from 0 if there is none.
    pub(super) fn open(path: &Path) -> Self {
        Self(
            OpenOptions::new()
                .append(true)
                .create(true)
                .open(path)
                .unwrap(),
        )
    }

    /// How much was done by now.
    pub(super) fn now(&self) -> u64 {
        self.0.metadata().unwrap().len()
    }

    /// Counts what has just been done: the how many-th thing it was.
    pub(super) fn count(&mut self) -> u64 {
        self.0.write_all(b".").unwrap();
        // Where the file is open for appending, this is the end of what was written by this call.
        self.0.stream_position().unwrap()
    }
}
