//! What a process that reads a damaged file got to see.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// By every way that there is from a file to its events.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Inspection {
    /// By how many bytes the process grew.
    pub grown: u64,
    /// By position: whether a plain read gave a row there, or an error that names it.
    pub plain: BTreeMap<u64, bool>,
    /// By position: whether a subscription gave an event there, or an error that names it.
    pub followed: BTreeMap<u64, bool>,
    /// By the books' numbers.
    pub books: BTreeMap<u64, Shelf>,
}

/// One aggregate, read in several ways.
#[derive(Debug, Serialize, Deserialize)]
pub struct Shelf {
    /// How many events its state was folded from, or the error.
    pub loaded: Result<u64, String>,
    /// How many events its history has, or the error.
    pub history: Result<usize, String>,
    /// Whether the second event of its history is still the one that was written.
    pub equal: bool,
    /// How many events cannot say whose they are: their metadata is an error.
    pub bad_metadata: usize,
    /// The revision of the last event that can be reached in its stream.
    pub reached: Option<u64>,
}
