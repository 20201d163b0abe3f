//! How many events a page is asked for.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::store::Read;

/// As many as a page holds of those that were read last: the server sends all that it is asked for, also what the page
/// has no room for.
#[derive(Debug)]
pub(super) struct Fit(AtomicUsize);

impl Fit {
    pub(super) const fn new() -> Self {
        Self(AtomicUsize::new(usize::MAX))
    }

    /// For this read.
    pub(super) fn of(&self, read: &Read) -> usize {
        read.limit.max(1).min(self.0.load(Ordering::Relaxed))
    }

    /// Takes in how large so many events were.
    pub(super) fn learn(&self, events: usize, bytes: usize) {
        if let Some(each) = bytes.checked_div(events) {
            let fit = Read::PAGE_BYTES / each.max(1) + 1;
            self.0.store(fit, Ordering::Relaxed);
        }
    }
}
