//! Where folding starts: a state that was folded before, from the cache or a snapshot, or the empty one.

use std::fmt;
use std::num::NonZeroU64;
use std::sync::Arc;

use quick_cache::sync::Cache as Lru;

use super::Repository;
use crate::aggregate::Aggregate;
use crate::codec::Codec;
use crate::place::Revision;
use crate::store::{Span, Store, StoredSnapshot};
use crate::stream::StreamName;

/// A state, and the revisions that went into it.
#[derive(Debug)]
pub(super) struct Folded<A> {
    pub(super) state: Arc<A>,
    pub(super) span: Option<Span>,
}

impl<A> Clone for Folded<A> {
    fn clone(&self) -> Self {
        Self {
            state: Arc::clone(&self.state),
            span: self.span,
        }
    }
}

impl<A: Default> Default for Folded<A> {
    fn default() -> Self {
        Self {
            state: Arc::default(),
            span: None,
        }
    }
}

impl<A> Folded<A> {
    pub(super) fn revision(&self) -> Option<Revision> {
        self.span.map(|span| span.last)
    }

    /// Whether a stream that now has events for `span` goes on from this state. It does not if it was
    /// deleted, or restored to an earlier end, since the state was folded.
    pub(super) fn is_part_of(&self, span: Option<Span>) -> bool {
        match (self.span, span) {
            (None, _) => true,
            (Some(own), Some(span)) => own.first == span.first && own.last <= span.last,
            (Some(_), None) => false,
        }
    }
}

/// States by stream, at most so many of them.
#[derive(Clone)]
pub(super) struct Cache<A>(Option<Arc<Lru<StreamName, Folded<A>>>>);

impl<A> Cache<A> {
    pub(super) fn new(states: usize) -> Self {
        Self((states > 0).then(|| Arc::new(Lru::new(states))))
    }

    pub(super) fn get(&self, stream: &StreamName) -> Option<Folded<A>> {
        self.0.as_ref()?.get(stream)
    }

    pub(super) fn put(&self, stream: StreamName, folded: Folded<A>) {
        if let Some(cache) = &self.0 {
            cache.insert(stream, folded);
        }
    }
}

impl<A> fmt::Debug for Cache<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let states = self.0.as_ref().map_or(0, |cache| cache.len());
        f.debug_struct("Cache")
            .field("states", &states)
            .finish_non_exhaustive()
    }
}

impl<A: Aggregate, S: Store, C: Codec> Repository<A, S, C> {
    /// The stream's snapshot, if it was made by code that folds as this code does. Any doubt or failure
    /// means none: the events are all there is to know.
    pub(super) async fn snapshot(&self, stream: &StreamName) -> Option<Folded<A>> {
        self.snapshot_every?;
        let stored = self.store.snapshots()?.load(stream.clone()).await.ok()??;
        if stored.shape != A::shape() || stored.codec != self.codec.name() {
            return None;
        }
        let state = self.codec.decode(&stored.state).ok()?;
        let span = Span {
            first: stored.first,
            last: stored.revision,
        };
        Some(Folded {
            state: Arc::new(state),
            span: Some(span),
        })
    }

    /// Saves a snapshot if the stream has passed a multiple of the interval since `before`.
    pub(super) async fn keep_snapshot(
        &self,
        every: NonZeroU64,
        stream: &StreamName,
        before: &Folded<A>,
        after: &Folded<A>,
    ) {
        let passed = |folded: &Folded<A>| {
            let last = folded.revision();
            last.map_or(0, |last| last.next().get() / every)
        };
        if passed(before) != passed(after) {
            self.save_snapshot(stream, after).await;
        }
    }

    /// Saves a snapshot where any are taken; also in the place of one that is not of the stream, which has to be
    /// gone before the stream grows past it. A snapshot that cannot be saved costs the next reader some time and
    /// nobody anything else, so it is no error.
    pub(super) async fn save_snapshot(&self, stream: &StreamName, folded: &Folded<A>) {
        let (Some(_), Some(span), Some(snapshots)) =
            (self.snapshot_every, folded.span, self.store.snapshots())
        else {
            return;
        };
        let mut state = Vec::new();
        if self.codec.encode(&*folded.state, &mut state).is_err() {
            return;
        }
        let snapshot = StoredSnapshot {
            stream: stream.clone(),
            first: span.first,
            revision: span.last,
            shape: A::shape(),
            codec: self.codec.name().to_owned(),
            state,
        };
        let _ = snapshots.save(snapshot).await;
    }
}
