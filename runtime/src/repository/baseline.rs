//! Where folding starts: a state that was folded before, from the cache or a snapshot, or the empty one.

use std::sync::{Arc, Mutex, PoisonError};

use quick_cache::sync::Cache as Lru;

use super::Repository;
use crate::aggregate::Aggregate;
use crate::codec::Codec;
use crate::place::Revision;
use crate::store::{Span, Store, StoredSnapshot};
use crate::stream::StreamName;

/// A state, and the revisions that went into it.
#[derive(Debug, Clone, Default)]
pub(super) struct Folded<A> {
    pub(super) state: Arc<A>,
    pub(super) span: Option<Span>,
}

impl<A> Folded<A> {
    pub(super) fn revision(&self) -> Option<Revision> {
        self.span.map(|span| span.last)
    }
}

/// States by stream, at most so many of them.
#[derive(Debug, Clone)]
pub(super) struct Cache<A>(Option<Arc<Lru<StreamName, Arc<Place<A>>>>>);

impl<A> Cache<A> {
    pub(super) fn new(states: usize) -> Self {
        Self((states > 0).then(|| Arc::new(Lru::new(states))))
    }

    pub(super) fn find(&self, stream: &StreamName) -> Option<Arc<Place<A>>> {
        self.0.as_ref()?.get(stream)
    }

    pub(super) fn put(&self, stream: StreamName, folded: Folded<A>) {
        if let Some(cache) = &self.0 {
            cache.insert(stream, Arc::new(Place(Mutex::new(folded))));
        }
    }
}

/// Where the state of one stream is kept: the next one takes its place without a search.
#[derive(Debug)]
pub(super) struct Place<A>(Mutex<Folded<A>>);

impl<A: Clone> Place<A> {
    pub(super) fn get(&self) -> Folded<A> {
        let folded = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        folded.clone()
    }

    pub(super) fn put(&self, folded: Folded<A>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = folded;
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
        let (first, last) = (stored.first, stored.revision);
        Some(Folded {
            state: Arc::new(state),
            span: Some(Span { first, last }),
        })
    }

    /// Whether the stream has passed a multiple of the interval in between.
    pub(super) fn is_snapshot_due(&self, before: &Folded<A>, after: &Folded<A>) -> bool {
        let passed = |folded: &Folded<A>| {
            let events = folded.revision().map_or(0, |last| last.next().get());
            self.snapshot_every.map(|every| events / every)
        };
        passed(before) != passed(after)
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
