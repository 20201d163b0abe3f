//! From stored events to a state: as it is now, or as it was.

use std::future::{poll_fn, ready};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::task::Poll;

use jiff::Timestamp;

use super::baseline::Folded;
use super::outcome::Loaded;
use super::{Repository, stream_of};
use crate::aggregate::{Aggregate, Decoded};
use crate::codec::{Codec, decode_stored};
use crate::delivery::Delivery;
use crate::error::{DecodeError, ReadError, SnapshotDiffers, StoreError, Undecodable};
use crate::place::{Position, Revision};
use crate::recorded::{EventId, Recorded, decode_metadata};
use crate::store::{BoxFuture, Page, Read, Span, Store, StoredEvent};
use crate::stream::StreamName;

/// Which past a state is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AsOf {
    /// After the event with this revision.
    Revision(Revision),
    /// After the event at this position of the store, or the last one before it.
    Position(Position),
    /// What the store held at this time: the events before the first one that was recorded after it.
    RecordedAt(Timestamp),
    /// What had happened by this time: the events that occurred by it, in the order of their revisions.
    OccurredAt(Timestamp),
}

impl AsOf {
    fn includes(self, event: &StoredEvent<'_>) -> Result<bool, DecodeError> {
        Ok(match self {
            Self::Revision(last) => event.revision <= last,
            Self::Position(last) => event.position <= last,
            Self::RecordedAt(time) => event.recorded_at <= time,
            Self::OccurredAt(time) => decode_metadata(event.metadata)?.occurred_at <= time,
        })
    }
}

/// What pages came to, if they were of one life of the stream.
type Made<T> = Result<Option<T>, ReadError>;

/// Whether the next page is wanted.
pub(super) type More = Result<ControlFlow<()>, ReadError>;

impl<A: Aggregate, S: Store, C: Codec> Repository<A, S, C> {
    /// The state of an aggregate as it is now; the default one, with no revision, if it has no events.
    pub async fn load(&self, id: &A::Id) -> Result<Loaded<A>, ReadError> {
        let stream = stream_of::<A>(id)?;
        let known = self.cache.find(&stream).map(|place| place.get());
        let (folded, _) = self.current(&stream, known, None).await?;
        let (revision, state) = (folded.revision(), folded.state);
        Ok(Loaded { state, revision })
    }

    /// The state of an aggregate as it was; its events are folded from the first on.
    pub async fn load_at(&self, id: &A::Id, as_of: AsOf) -> Result<Loaded<A>, ReadError> {
        let (state, revision) = self.folded(&stream_of::<A>(id)?, as_of).await?;
        let state = Arc::new(state);
        Ok(Loaded { state, revision })
    }

    /// Folds the first events of a stream.
    async fn folded(
        &self,
        stream: &StreamName,
        as_of: AsOf,
    ) -> Result<(A, Option<Revision>), ReadError> {
        let take = |(state, revision): &mut (A, Option<Revision>), page: &Page| {
            for event in page.iter() {
                if as_of.includes(&event).map_err(Undecodable::at(&event))? {
                    self.fold(state, &event)?;
                    *revision = Some(event.revision);
                } else if !matches!(as_of, AsOf::OccurredAt(_)) {
                    // Only of those may one come behind one that is left out.
                    return Ok(ControlFlow::Break(()));
                }
            }
            Ok(ControlFlow::Continue(()))
        };
        self.whole(stream, take).await
    }

    /// What a snapshot says, if the events say the same.
    async fn verified(
        &self,
        stream: &StreamName,
        snapshot: Folded<A>,
    ) -> Result<Folded<A>, ReadError> {
        let Some(revision) = snapshot.revision() else {
            return Ok(snapshot);
        };
        let (state, folded) = Box::pin(self.folded(stream, AsOf::Revision(revision))).await?;
        // Of a stream that ends before, or was deleted, no snapshot is used anyway.
        if folded == Some(revision) && state != *snapshot.state {
            let differs = SnapshotDiffers {
                stream: stream.clone(),
                revision,
                snapshot: format!("{:?}", snapshot.state),
                events: format!("{state:?}"),
            };
            return Err(Box::new(differs).into());
        }
        Ok(snapshot)
    }

    /// The events of an aggregate, from the first on, each in its envelope.
    ///
    /// ```
    /// # use factum::{Aggregate, ReadError, Repository, Store};
    /// async fn timeline<A: Aggregate, S: Store>(
    ///     repository: &Repository<A, S>,
    ///     id: &A::Id,
    /// ) -> Result<Vec<String>, ReadError> {
    ///     let history = repository.history(id).await?;
    ///     Ok(history.iter().map(|event| format!("{} {}", event.recorded_at, event.name)).collect())
    /// }
    /// ```
    ///
    /// They are all held in memory; for the events of many aggregates take a
    /// [`Subscription`](crate::Subscription).
    pub async fn history(&self, id: &A::Id) -> Result<Vec<Recorded<A::Event>>, ReadError> {
        let take = |events: &mut Vec<_>, page: &Page| {
            for event in Delivery::new(page, &self.codec, 0..page.len(), None) {
                events.push(event?);
            }
            Ok(ControlFlow::Continue(()))
        };
        self.whole(&stream_of::<A>(id)?, take).await
    }

    /// Folds what is new onto a state that was folded before; without one, onto a snapshot or from nothing. Says
    /// too where the event stands that is asked for.
    pub(super) async fn current(
        &self,
        stream: &StreamName,
        known: Option<Folded<A>>,
        find: Option<EventId>,
    ) -> Result<(Folded<A>, Option<Revision>), ReadError> {
        let mut base = match known {
            Some(folded) => folded,
            None => match self.snapshot(stream).await {
                Some(snapshot) if self.verify_snapshots => self.verified(stream, snapshot).await?,
                snapshot => snapshot.unwrap_or_default(),
            },
        };
        let mut stale = false;
        let take = |(base, found): &mut (Folded<A>, Option<Revision>), page: &Page| {
            *found = found.or(page.found());
            self.fold_page(base, page)?;
            Ok(ControlFlow::Continue(()))
        };
        loop {
            let read = Read::stream(stream.clone(), base.revision());
            let (read, known) = (self.store.read(read.find(find).bare()), base.span);
            // What is seldom waited for is on the heap, here and below: what is done each time takes less room.
            let made = match self.pages(read, known, (base, None), take).await {
                Err(ReadError::Undecodable(error)) => Box::pin(self.placed(stream, *error)).await?,
                made => made?,
            };
            if let Some((folded, found)) = made {
                self.cache.put(stream.clone(), folded.clone());
                if stale {
                    Box::pin(self.save_snapshot(stream, &folded)).await;
                }
                return Ok((folded, found));
            }
            (base, stale) = (Folded::default(), true);
        }
    }

    /// The same error, with what a bare event does not say; `None` where the event was deleted meanwhile.
    async fn placed<T>(&self, stream: &StreamName, error: Undecodable) -> Made<T> {
        let before = error.revision.get().checked_sub(1).map(Revision::new);
        let read = Read::stream(stream.clone(), before).limit(1);
        let page = self.store.read(read).await?;
        match page.get(0).filter(|event| event.revision == error.revision) {
            Some(event) => Err(Box::new(Undecodable::new(&event, error.reason)).into()),
            None => Ok(None),
        }
    }

    /// Makes one thing of a stream's pages; again from its new beginning, if it is deleted on the way.
    pub(super) async fn whole<T: Default>(
        &self,
        stream: &StreamName,
        take: impl Fn(&mut T, &Page) -> More,
    ) -> Result<T, ReadError> {
        loop {
            let read = self.store.read(Read::stream(stream.clone(), None));
            if let Some(made) = self.pages(read, None, T::default(), &take).await? {
                return Ok(made);
            }
        }
    }

    /// Takes in a stream's pages, each while the next one is read, from the one on that `first` reads. `None`
    /// where the stream does not go on from what is `known` of it: it was deleted, or restored to an earlier end,
    /// before or on the way.
    async fn pages<T>(
        &self,
        first: Reading<'_>,
        mut known: Option<Span>,
        mut made: T,
        take: impl Fn(&mut T, &Page) -> More,
    ) -> Made<T> {
        let mut next = Some(first);
        while let Some(page) = next {
            let page = page.await?;
            // What was looked for is answered by the first page.
            let read = page.next().map(|read| self.store.read(read.find(None)));
            next = match read {
                Some(read) => Some(begun(read).await),
                None => None,
            };
            let goes_on =
                |known: Span, now: Span| known.first == now.first && known.last <= now.last;
            if known.is_some_and(|known| !page.span().is_some_and(|now| goes_on(known, now))) {
                return Ok(None);
            }
            if let Some(torn) = page.torn() {
                return Err(torn.into());
            }
            if take(&mut made, &page)?.is_break() {
                break;
            }
            known = page.span();
        }
        Ok(Some(made))
    }

    fn fold_page(&self, base: &mut Folded<A>, page: &Page) -> Result<(), ReadError> {
        let (Some(span), Some(last)) = (page.span(), page.iter().next_back()) else {
            return Ok(());
        };
        let state = Arc::make_mut(&mut base.state);
        page.iter().try_for_each(|event| self.fold(state, &event))?;
        let (first, last) = (span.first, last.revision);
        base.span = Some(Span { first, last });
        Ok(())
    }

    pub(super) fn fold(&self, state: &mut A, stored: &StoredEvent<'_>) -> Result<(), ReadError> {
        let taken = match decode_stored::<A::Event, C>(&self.codec, stored)? {
            Decoded::One(event) => state.fold(&event),
            Decoded::Many(events) => events.iter().try_for_each(|event| state.fold(event)),
        };
        Ok(taken.map_err(Undecodable::at(stored))?)
    }
}

type Reading<'s> = BoxFuture<'s, Result<Page, StoreError>>;

/// The same, asked for once: a store that reads elsewhere is at it from now on.
async fn begun(mut reading: Reading<'_>) -> Reading<'_> {
    let asked = poll_fn(|context| Poll::Ready(reading.as_mut().poll(context)));
    match asked.await {
        Poll::Ready(page) => Box::pin(ready(page)),
        Poll::Pending => reading,
    }
}
