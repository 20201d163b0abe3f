//! The one loop in which decisions meet other writers.

use std::ops::ControlFlow;
use std::sync::Arc;

use tokio::time::sleep;
use uuid::Uuid;

use super::Repository;
use super::baseline::Folded;
use super::failure::{ExecuteError, Pending};
use super::outcome::Done;
use crate::aggregate::{Aggregate, EventSet};
use crate::codec::Codec;
use crate::context::Context;
use crate::error::{Refused, RetriesExhausted, StoreError};
use crate::place::{Expected, Revision};
use crate::recorded::{CommandStamp, Recorded};
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

impl<A: Aggregate, S: Store, C: Codec> Repository<A, S, C> {
    pub(super) async fn carry_out<R>(
        &self,
        request: &Request<'_>,
        mut decide: impl FnMut(&A, &Context) -> Result<Vec<A::Event>, R> + Send,
    ) -> Result<Done<A>, ExecuteError<R>> {
        let mut pauses = self.retry.pauses();
        let mut attempts = 0;
        let mut refused = None;
        let place = self.cache.find(&request.stream);
        let mut base = place.as_ref().map(|place| place.get());
        // Only the append proves that a cached state is the newest, so it is good for an append alone; and a
        // request with an id has to ask whether it was carried out before.
        let mut unread = base.is_some() && request.stamp.is_none();
        loop {
            let from_cache = std::mem::take(&mut unread);
            let before = match base.take() {
                Some(folded) if from_cache => folded,
                // On the heap, since most requests need none of its room.
                known => match Box::pin(self.basis(request, known, &mut refused)).await? {
                    ControlFlow::Continue(folded) => folded,
                    ControlFlow::Break(done) => return Ok(done),
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
                return Ok(Done {
                    revision: before.revision(),
                    state: before.state,
                    events: Vec::new(),
                    position: None,
                    repeated: false,
                });
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
            match pauses.append(&self.store, &append).await {
                Ok(appended) if appended.repeated && request.stamp.is_some() => {
                    // On the heap, as most requests need none of its room.
                    if let Some(done) = Box::pin(self.answer(request, appended.first)).await? {
                        return Ok(done);
                    }
                }
                Ok(appended) => {
                    let done = recorded(state, events, &append, &appended);
                    let first = before.span.map_or(appended.first, |span| span.first);
                    let after = Folded {
                        state: Arc::clone(&done.state),
                        span: done.revision.map(|last| Span { first, last }),
                    };
                    if self.is_snapshot_due(&before, &after) {
                        // On the heap, too.
                        Box::pin(self.save_snapshot(append.stream(), &after)).await;
                    }
                    match place {
                        Some(place) if from_cache => place.put(after),
                        _ => self.cache.put(append.into_stream(), after),
                    }
                    return Ok(done);
                }
                Err(StoreError::Conflict(_) | StoreError::Refused(_)) if from_cache => {}
                Err(StoreError::Conflict(last)) => match pauses.next() {
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
                Err(StoreError::Refused(error))
                    if is_about_ids(&error) && request.stamp.is_some() =>
                {
                    refused = Some(error);
                }
                Err(StoreError::Refused(error)) => return Err(error.into()),
                Err(StoreError::Unavailable(unavailable)) => return Err(unavailable.into()),
                Err(StoreError::UnknownOutcome(unknown)) => {
                    let (stamp, reason) = (request.stamp, unknown.reason);
                    let pending = Pending {
                        append,
                        stamp,
                        reason,
                    };
                    return Err(Box::new(pending).into());
                }
            }
            base = Some(before);
        }
    }

    /// Reads what the next decision is made on, unless the request was carried out before: then what it recorded.
    /// By what was `refused`, a twin was, in between.
    async fn basis<R>(
        &self,
        request: &Request<'_>,
        mut known: Option<Folded<A>>,
        refused: &mut Option<Refused>,
    ) -> Result<ControlFlow<Done<A>, Folded<A>>, ExecuteError<R>> {
        let stream = &request.stream;
        let find = request.stamp.map(|stamp| stamp.id.event(stream, 0));
        loop {
            let current = self.current(stream, known.take(), find).await;
            let (folded, found) = current.map_err(|error| match refused {
                Some(_) => ExecuteError::Unread(error),
                None => ExecuteError::Read(error),
            })?;
            if let Some(first) = found {
                match Box::pin(self.answer(request, first)).await? {
                    Some(done) => return Ok(ControlFlow::Break(done)),
                    None => continue,
                }
            }
            return match refused.take() {
                Some(refused) => Err(refused.into()),
                None => Ok(ControlFlow::Continue(folded)),
            };
        }
    }

    /// What the request recorded before, if it is still there.
    async fn answer<R>(
        &self,
        request: &Request<'_>,
        first: Revision,
    ) -> Result<Option<Done<A>>, ExecuteError<R>> {
        let recalled = self
            .recall(&request.stream, first, request.stamp, &[])
            .await;
        Ok(recalled.map_err(ExecuteError::Unread)??)
    }

    /// Takes the events into the state, then encodes them; in this order, so that an event which the state
    /// cannot take is never stored.
    fn prepared<R>(
        &self,
        request: &Request<'_>,
        before: &Folded<A>,
        events: &[A::Event],
    ) -> Result<(Arc<A>, Append), ExecuteError<R>> {
        let mut state = A::clone(&before.state);
        let taken = events.iter().try_for_each(|event| state.fold(event));
        taken.map_err(ExecuteError::Illegal)?;
        let expected = Expected::from(before.revision());
        let batch = self.encode(request, events)?;
        let append = Append::of(request.stream.clone(), expected, batch)?;
        Ok((Arc::new(state), append))
    }
}

pub(super) fn is_about_ids(refused: &Refused) -> bool {
    matches!(
        refused,
        Refused::IdWithOtherContent { .. } | Refused::PartlyStored { .. }
    )
}

/// What a request recorded that led to this state.
fn recorded<A: Aggregate>(
    state: Arc<A>,
    events: Vec<A::Event>,
    append: &Append,
    appended: &Appended,
) -> Done<A> {
    let revisions = (appended.first.get()..).map(Revision::new);
    let places = revisions.zip(&appended.positions).zip(append.events());
    let mut recorded = Vec::with_capacity(events.len());
    for (event, ((revision, position), new)) in events.into_iter().zip(places) {
        recorded.push(Recorded {
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
        });
    }
    let last = recorded.last();
    Done {
        revision: last.map(|event| event.revision),
        position: last.map(|event| event.position),
        state,
        events: recorded,
        repeated: false,
    }
}
