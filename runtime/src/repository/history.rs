//! From stored events to a state: as it is now, or as it was.

use std::sync::Arc;

use jiff::Timestamp;

use super::baseline::Folded;
use super::outcome::Loaded;
use super::pages::{Pages, Turn};
use super::{Repository, stream_of};
use crate::aggregate::{Aggregate, Decoded};
use crate::codec::{Codec, decode_stored};
use crate::delivery::Delivery;
use crate::error::{DecodeError, ReadError, Undecodable};
use crate::place::{Position, Revision};
use crate::recorded::{EventId, Recorded, decode_metadata};
use crate::store::{Page, Read, Span, Store, StoredEvent};
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

/// What to do with an event on the way to a past state.
enum Step {
    Take,
    Skip,
    Stop,
}

impl AsOf {
    fn step(self, event: &StoredEvent<'_>) -> Result<Step, DecodeError> {
        let take_until = |within: bool| if within { Step::Take } else { Step::Stop };
        Ok(match self {
            Self::Revision(last) => take_until(event.revision <= last),
            Self::Position(last) => take_until(event.position <= last),
            Self::RecordedAt(time) => take_until(event.recorded_at <= time),
            Self::OccurredAt(time) => {
                let occurred = decode_metadata(event.metadata)?.occurred_at;
                if occurred <= time {
                    Step::Take
                } else {
                    Step::Skip
                }
            }
        })
    }
}

/// The newest state, and where the event that was asked for stands.
pub(super) struct Current<A> {
    pub(super) folded: Folded<A>,
    pub(super) found: Option<Revision>,
}

impl<A: Aggregate, S: Store, C: Codec> Repository<A, S, C> {
    /// The state of an aggregate as it is now; the default one, with no revision, if it has no events.
    pub async fn load(&self, id: &A::Id) -> Result<Loaded<A>, ReadError> {
        let stream = stream_of::<A>(id)?;
        let Folded { state, span } = self
            .current(&stream, self.cache.get(&stream), None)
            .await?
            .folded;
        Ok(Loaded {
            state,
            revision: span.map(|span| span.last),
        })
    }

    /// The state of an aggregate as it was; its events are folded from the first on.
    pub async fn load_at(&self, id: &A::Id, as_of: AsOf) -> Result<Loaded<A>, ReadError> {
        self.past(&stream_of::<A>(id)?, as_of).await
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
        let stream = stream_of::<A>(id)?;
        'life: loop {
            let mut events = Vec::new();
            let mut pages = Pages::new(&self.store, Read::stream(stream.clone(), None));
            loop {
                let page = match pages.turn().await? {
                    Turn::Page(page) => page,
                    Turn::End => return Ok(events),
                    Turn::Deleted => continue 'life,
                };
                for event in Delivery::new(&page, &self.codec) {
                    events.push(event?);
                }
            }
        }
    }

    pub(super) async fn past(
        &self,
        stream: &StreamName,
        as_of: AsOf,
    ) -> Result<Loaded<A>, ReadError> {
        'life: loop {
            let (mut state, mut revision) = (A::default(), None);
            let mut pages = Pages::new(&self.store, Read::stream(stream.clone(), None));
            'pages: loop {
                let page = match pages.turn().await? {
                    Turn::Page(page) => page,
                    Turn::End => break 'pages,
                    Turn::Deleted => continue 'life,
                };
                for event in page.iter() {
                    let step = as_of.step(&event);
                    match step.map_err(|source| Box::new(Undecodable::new(&event, source)))? {
                        Step::Take => self.fold(&mut state, &event)?,
                        Step::Skip => continue,
                        Step::Stop => break 'pages,
                    }
                    revision = Some(event.revision);
                }
            }
            return Ok(Loaded {
                state: Arc::new(state),
                revision,
            });
        }
    }

    /// Folds what is new onto a state that was folded before; without one, onto a snapshot or from nothing.
    pub(super) async fn current(
        &self,
        stream: &StreamName,
        known: Option<Folded<A>>,
        find: Option<EventId>,
    ) -> Result<Current<A>, ReadError> {
        let mut base = match known {
            Some(folded) => folded,
            None => self.snapshot(stream).await.unwrap_or_default(),
        };
        let mut stale = false;
        loop {
            match self.fold_from(stream, base, find).await? {
                Some(current) => {
                    self.cache.put(stream.clone(), current.folded.clone());
                    if stale {
                        self.save_snapshot(stream, &current.folded).await;
                    }
                    return Ok(current);
                }
                None => (base, stale) = (Folded::default(), true),
            }
        }
    }

    /// `None` where the stream does not go on from `base`, or was deleted while it was read.
    async fn fold_from(
        &self,
        stream: &StreamName,
        mut base: Folded<A>,
        find: Option<EventId>,
    ) -> Result<Option<Current<A>>, ReadError> {
        let mut found = None;
        let read = Read::stream(stream.clone(), base.revision())
            .find(find)
            .bare();
        let mut pages = Pages::new(&self.store, read);
        loop {
            match pages.turn().await? {
                Turn::Page(page) if base.is_part_of(page.span()) => {
                    found = found.or(page.found());
                    self.fold_page(&mut base, &page)?;
                }
                Turn::Page(_) | Turn::Deleted => return Ok(None),
                Turn::End => {
                    return Ok(Some(Current {
                        folded: base,
                        found,
                    }));
                }
            }
        }
    }

    fn fold_page(&self, base: &mut Folded<A>, page: &Page) -> Result<(), ReadError> {
        let (Some(span), Some(last)) = (page.span(), page.iter().next_back()) else {
            return Ok(());
        };
        let state = Arc::make_mut(&mut base.state);
        for event in page.iter() {
            self.fold(state, &event)?;
        }
        base.span = Some(Span {
            first: span.first,
            last: last.revision,
        });
        Ok(())
    }

    fn fold(&self, state: &mut A, stored: &StoredEvent<'_>) -> Result<(), ReadError> {
        let taken = match decode_stored::<A::Event, C>(&self.codec, stored)? {
            Decoded::One(event) => state.fold(&event),
            Decoded::Many(events) => events.iter().try_for_each(|event| state.fold(event)),
        };
        Ok(taken.map_err(|illegal| Box::new(Undecodable::new(stored, illegal.into())))?)
    }
}
