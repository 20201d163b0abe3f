//! The last revisions of the streams that were met last.

use std::collections::HashMap;
use std::mem::take;

use crate::place::Revision;
use crate::stream::StreamName;

/// Remembers the streams that were noted last: the last [`KEPT`](Self::KEPT) for certain, and never twice as many.
#[derive(Debug, Default)]
pub(super) struct Revisions {
    young: HashMap<StreamName, Revision>,
    old: HashMap<StreamName, Revision>,
}

impl Revisions {
    /// More than the streams of one portion, so that what was just written is known.
    pub(super) const KEPT: usize = 10_000;

    pub(super) fn last(&self, stream: &StreamName) -> Option<Revision> {
        let noted = self.young.get(stream).or_else(|| self.old.get(stream));
        noted.copied()
    }

    pub(super) fn note(&mut self, stream: &StreamName, last: Revision) {
        if let Some(noted) = self.young.get_mut(stream) {
            *noted = last;
            return;
        }
        if self.young.len() == Self::KEPT {
            self.old = take(&mut self.young);
        }
        self.young.insert(stream.clone(), last);
    }
}
