//! The one loop in which decisions meet other writers.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::Repository;
use super::baseline::Folded;
use super::failure::{ExecuteError, NotAppended, Pending};
use super::outcome::Done;
use super::repeat::{Own, Recall};
use crate::aggregate::{Aggregate, EventSet};
use crate::codec::Codec;
use crate::context::Context;
use crate::error::{Conflict, Refused, RetriesExhausted, StoreError};
use crate::place::{Expected, Revision};
use crate::recorded::{CommandStamp, Recorded};
use crate::store::{Append, Appended, Span, Store};
use crate::stream::StreamName;

/// What is asked, by whom, under which id.
pub(super) struct Request {
    pub(super) stream: StreamName,
    pub(super) context: Context,
    pub(super) stamp: Option<CommandStamp>,
}

/// What became of one attempt that did not fail for good.
enum Attempt<A: Aggregate> {
    Recorded(Done<A>),
    /// Another writer was first.
    Lost(Conflict),
    /// Something is recorded under the request's ids: a twin was carried out in between.
    Twin(Option<Refused>),
}

impl<A: Aggregate, S: Store, C: Codec> Repository<A, S, C> {
    pub(super) async fn carry_out<R>(
        &self,
        request: Request,
        mut decide: impl FnMut(&A, &Context) -> Result<Vec<A::Event>, R> + Send,
    ) -> Result<Done<A>, ExecuteError<R>> {
        let started = Instant::now();
        let mut pauses = self.retry.pauses();
        let mut attempts = 0;
        let mut twin = None;
        let first_id = request
            .stamp
            .map(|stamp| stamp.id.event(&request.stream, 0));
        let mut base = self.cache.get(&request.stream);
        // Only the append proves that a cached state is the newest, so it is good for an append alone; and a
        // request with an id has to ask whether it was carried out before.
        let mut unread = base.is_some() && request.stamp.is_none();
        loop {
            let from_cache = std::mem::take(&mut unread);
            let folded = match base.take() {
                Some(folded) if from_cache => folded,
                known => {
                    let current = self.current(&request.stream, known, first_id).await;
                    let current = current.map_err(|error| match &twin {
                        Some(_) => ExecuteError::Unread(error),
                        None => ExecuteError::Read(error),
                    })?;
                    if let (Some(stamp), Some(first)) = (request.stamp, current.found) {
                        match self
                            .recall(&request.stream, first, Own::Command(stamp))
                            .await
                        {
                            Ok(Recall::Done(done)) => return Ok(done),
                            Ok(Recall::OtherCommand(refused)) => return Err(refused.into()),
                            Ok(Recall::Gone) => continue,
                            Err(error) => return Err(ExecuteError::Unread(error)),
                        }
                    }
                    if let Some(Some(refused)) = twin.take() {
                        return Err(ExecuteError::Refused(refused));
                    }
                    current.folded
                }
            };
            let decided = decide(&folded.state, &request.context);
            let records = decided.as_ref().is_ok_and(|events| !events.is_empty());
            if from_cache && !records {
                base = Some(folded);
                continue;
            }
            let events = decided.map_err(ExecuteError::Rejected)?;
            if !records {
                return Ok(Done::unchanged(folded));
            }
            // Nobody was first where only the cache was behind.
            attempts += u32::from(!from_cache);
            match self.attempt(&request, &folded, events, &mut pauses).await {
                Ok(Attempt::Recorded(done)) => return Ok(done),
                Ok(Attempt::Twin(refused)) => twin = Some(refused),
                // What became of an old state says nothing of the newest.
                Ok(Attempt::Lost(_))
                | Err(
                    ExecuteError::Illegal(_) | ExecuteError::Encode(_) | ExecuteError::Refused(_),
                ) if from_cache => {}
                Ok(Attempt::Lost(last)) => match pauses.next() {
                    Some(pause) => sleep(pause).await,
                    None => {
                        let elapsed = started.elapsed();
                        return Err(RetriesExhausted {
                            attempts,
                            elapsed,
                            last,
                        }
                        .into());
                    }
                },
                Err(error) => return Err(error),
            }
            base = Some(folded);
        }
    }

    /// Takes the events into the state, then records them; in this order, so that an event which the state
    /// cannot take is never stored.
    async fn attempt<R>(
        &self,
        request: &Request,
        before: &Folded<A>,
        events: Vec<A::Event>,
        pauses: &mut (impl Iterator<Item = Duration> + Send),
    ) -> Result<Attempt<A>, ExecuteError<R>> {
        let mut state = Arc::clone(&before.state);
        let next = Arc::make_mut(&mut state);
        events.iter().try_for_each(|event| next.fold(event))?;
        let expected = Expected::from(before.revision());
        let batch = self.encode(request, &events)?;
        let append = Append::new(request.stream.clone(), expected, batch)?;
        match self.append(&append, request.stamp, pauses).await {
            Ok(appended) if appended.repeated && request.stamp.is_some() => Ok(Attempt::Twin(None)),
            Ok(appended) => {
                let done = Done::recorded(before, state, events, &append, &appended);
                let after = done.folded(before, &appended);
                self.cache.put(&request.stream, &after);
                self.keep_snapshot(&request.stream, before.revision(), &after)
                    .await;
                Ok(Attempt::Recorded(done))
            }
            Err(NotAppended::Conflict(conflict)) => Ok(Attempt::Lost(conflict)),
            Err(NotAppended::Refused(refused))
                if is_about_ids(&refused) && request.stamp.is_some() =>
            {
                Ok(Attempt::Twin(Some(refused)))
            }
            Err(NotAppended::Refused(refused)) => Err(refused.into()),
            Err(NotAppended::Unavailable(unavailable)) => Err(unavailable.into()),
            Err(NotAppended::Unsettled(pending)) => Err(pending.into()),
        }
    }

    /// Appends until the outcome is known, as long as there are pauses left.
    pub(super) async fn append(
        &self,
        append: &Append,
        stamp: Option<CommandStamp>,
        pauses: &mut (impl Iterator<Item = Duration> + Send),
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
                None => {
                    let pending = Pending {
                        append: append.clone(),
                        stamp,
                        reason,
                    };
                    return Err(NotAppended::Unsettled(Box::new(pending)));
                }
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
