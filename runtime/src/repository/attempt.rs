//! The one loop in which decisions meet other writers.

use std::sync::Arc;

use tokio::time::sleep;
use uuid::Uuid;

use super::Repository;
use super::baseline::Folded;
use super::failure::{ExecuteError, NotAppended, Pending};
use super::outcome::Done;
use super::repeat::{Own, Recall};
use crate::aggregate::{Aggregate, EventSet};
use crate::codec::Codec;
use crate::context::Context;
use crate::error::{Refused, RetriesExhausted, StoreError};
use crate::place::{Expected, Revision};
use crate::recorded::{CommandStamp, Recorded};
use crate::retry::Pauses;
use crate::store::{Append, Appended, Span, Store};
use crate::stream::StreamName;

/// What is asked, by whom, under which id.
pub(super) struct Request<'c> {
    pub(super) stream: StreamName,
    pub(super) context: &'c Context,
    pub(super) stamp: Option<CommandStamp>,
    /// The id of its first event, where that is the correlation that it starts.
    pub(super) first_id: Option<Uuid>,
}

/// Something is recorded under the request's ids: a twin was carried out in between. What the store refused
/// because of it.
struct Twin(Option<Refused>);

/// What a request starts from.
enum Basis<A: Aggregate> {
    State(Folded<A>),
    /// It was carried out before.
    Answer(Done<A>),
}

impl<A: Aggregate, S: Store, C: Codec> Repository<A, S, C> {
    pub(super) async fn carry_out<R>(
        &self,
        request: &Request<'_>,
        mut decide: impl FnMut(&A, &Context) -> Result<Vec<A::Event>, R> + Send,
    ) -> Result<Done<A>, ExecuteError<R>> {
        let mut pauses = self.retry.pauses();
        let mut attempts = 0;
        let mut twin = None;
        let mut base = self.cache.get(&request.stream);
        // Only the append proves that a cached state is the newest, so it is good for an append alone; and a
        // request with an id has to ask whether it was carried out before.
        let mut unread = base.is_some() && request.stamp.is_none();
        loop {
            let from_cache = std::mem::take(&mut unread);
            let before = match base.take() {
                Some(folded) if from_cache => folded,
                // On the heap, since most requests need none of its room.
                known => match Box::pin(self.basis(request, known, &mut twin)).await? {
                    Basis::State(folded) => folded,
                    Basis::Answer(done) => return Ok(done),
                },
            };
            let decided = decide(&before.state, request.context);
            let records = decided.as_ref().is_ok_and(|events| !events.is_empty());
            if from_cache && !records {
                base = Some(before);
                continue;
            }
            let events = decided.map_err(ExecuteError::Rejected)?;
            if !records {
                return Ok(Done::unchanged(before));
            }
            // Nobody was first where only the cache was behind.
            attempts += u32::from(!from_cache);
            let (state, append) = match self.prepared(request, &before, &events) {
                Ok(prepared) => prepared,
                // What becomes of an old state says nothing of the newest.
                Err(_) if from_cache => {
                    base = Some(before);
                    continue;
                }
                Err(error) => return Err(error),
            };
            match self.append(&append, &mut pauses).await {
                Ok(appended) if appended.repeated && request.stamp.is_some() => {
                    twin = Some(Twin(None));
                }
                Ok(appended) => {
                    let done = Done::recorded(&before, state, events, &append, &appended);
                    let after = done.folded(&before, &appended);
                    if let Some(every) = self.snapshot_every {
                        let kept = self.keep_snapshot(every, append.stream(), &before, &after);
                        // As above.
                        Box::pin(kept).await;
                    }
                    self.cache.put(append.into_stream(), after);
                    return Ok(done);
                }
                Err(NotAppended::Conflict(_) | NotAppended::Refused(_)) if from_cache => {}
                Err(NotAppended::Conflict(last)) => match pauses.next() {
                    Some(pause) => sleep(pause).await,
                    None => {
                        let elapsed = pauses.elapsed();
                        return Err(RetriesExhausted {
                            attempts,
                            elapsed,
                            last,
                        }
                        .into());
                    }
                },
                Err(NotAppended::Refused(refused))
                    if is_about_ids(&refused) && request.stamp.is_some() =>
                {
                    twin = Some(Twin(Some(refused)));
                }
                Err(NotAppended::Refused(refused)) => return Err(refused.into()),
                Err(NotAppended::Unavailable(unavailable)) => return Err(unavailable.into()),
                Err(NotAppended::Unsettled(reason)) => {
                    let stamp = request.stamp;
                    return Err(Box::new(Pending {
                        append,
                        stamp,
                        reason,
                    })
                    .into());
                }
            }
            base = Some(before);
        }
    }

    /// Reads what the next decision is made on.
    async fn basis<R>(
        &self,
        request: &Request<'_>,
        mut known: Option<Folded<A>>,
        twin: &mut Option<Twin>,
    ) -> Result<Basis<A>, ExecuteError<R>> {
        let stream = &request.stream;
        let first_id = request.stamp.map(|stamp| stamp.id.event(stream, 0));
        loop {
            let current = self.current(stream, known.take(), first_id).await;
            let current = current.map_err(|error| match &twin {
                Some(_) => ExecuteError::Unread(error),
                None => ExecuteError::Read(error),
            })?;
            if let (Some(stamp), Some(first)) = (request.stamp, current.found) {
                match self.recall(stream, first, Own::Command(stamp)).await {
                    Ok(Recall::Done(done)) => return Ok(Basis::Answer(done)),
                    Ok(Recall::OtherCommand(refused)) => return Err(refused.into()),
                    Ok(Recall::Gone) => continue,
                    Err(error) => return Err(ExecuteError::Unread(error)),
                }
            }
            return match twin.take() {
                Some(Twin(Some(refused))) => Err(refused.into()),
                _ => Ok(Basis::State(current.folded)),
            };
        }
    }

    /// Takes the events into the state, then encodes them; in this order, so that an event which the state
    /// cannot take is never stored.
    fn prepared<R>(
        &self,
        request: &Request<'_>,
        before: &Folded<A>,
        events: &[A::Event],
    ) -> Result<(Arc<A>, Append), ExecuteError<R>> {
        let mut state = Arc::clone(&before.state);
        let next = Arc::make_mut(&mut state);
        events.iter().try_for_each(|event| next.fold(event))?;
        let expected = Expected::from(before.revision());
        let batch = self.encode(request, events)?;
        let append = Append::of(request.stream.clone(), expected, batch)?;
        Ok((state, append))
    }

    /// Appends until the outcome is known, as long as there are pauses left.
    pub(super) async fn append(
        &self,
        append: &Append,
        pauses: &mut Pauses<'_>,
    ) -> Result<Appended, NotAppended> {
        let mut unknown = false;
        loop {
            let reason = match self.store.append(append.clone()).await {
                Ok(appended) => return Ok(appended),
                Err(StoreError::Conflict(conflict)) => return Err(NotAppended::Conflict(conflict)),
                Err(StoreError::Refused(refused)) => return Err(NotAppended::Refused(refused)),
                Err(StoreError::UnknownOutcome(unknown)) => unknown.reason,
                // Once an attempt is unaccounted for, a store that is gone leaves it so.
                Err(StoreError::Unavailable(error)) if unknown => error.into(),
                Err(StoreError::Unavailable(error)) => return Err(NotAppended::Unavailable(error)),
            };
            unknown = true;
            match pauses.next() {
                Some(pause) => sleep(pause).await,
                None => return Err(NotAppended::Unsettled(reason)),
            }
        }
    }
}

pub(super) fn is_about_ids(refused: &Refused) -> bool {
    matches!(
        refused,
        Refused::IdWithOtherContent { .. } | Refused::PartlyStored { .. }
    )
}

impl<A: Aggregate> Done<A> {
    fn unchanged(folded: Folded<A>) -> Self {
        let revision = folded.revision();
        Self {
            state: folded.state,
            events: Vec::new(),
            revision,
            position: None,
            repeated: false,
        }
    }

    fn recorded(
        before: &Folded<A>,
        state: Arc<A>,
        events: Vec<A::Event>,
        append: &Append,
        appended: &Appended,
    ) -> Self {
        let places = (appended.first.get()..)
            .map(Revision::new)
            .zip(&appended.positions);
        let recorded = events.into_iter().zip(append.events()).zip(places);
        let events: Vec<_> = recorded
            .map(|((event, new), (revision, position))| Recorded {
                id: new.id,
                stream: append.stream().clone(),
                revision,
                position: *position,
                index: new.index,
                name: event.info().name,
                version: new.version,
                recorded_at: appended.recorded_at,
                event,
                metadata: new.metadata.clone(),
            })
            .collect();
        let last = events.last();
        Self {
            revision: last.map(|event| event.revision).or(before.revision()),
            position: last.map(|event| event.position),
            state,
            events,
            repeated: false,
        }
    }

    fn folded(&self, before: &Folded<A>, appended: &Appended) -> Folded<A> {
        let first = before.span.map_or(appended.first, |span| span.first);
        let span = self.revision.map(|last| Span { first, last });
        Folded {
            state: Arc::clone(&self.state),
            span,
        }
    }
}
