//! What was recorded before: by an earlier request under the same id, or by an attempt of unknown outcome.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::Repository;
use super::attempt::is_about_ids;
use super::failure::{Pending, SettleError};
use super::outcome::Done;
use crate::aggregate::Aggregate;
use crate::codec::Codec;
use crate::delivery::Delivery;
use crate::error::{ReadError, Refused, StoreError, Undecodable, UnknownOutcome};
use crate::place::{Position, Revision};
use crate::recorded::{CommandStamp, Recorded, decode_metadata};
use crate::store::{NewEvent, Page, Read, Store, StoredEvent};
use crate::stream::StreamName;

/// What is read again of a request: the state behind it, its events, and of the last one where it stands and
/// which command it says it is of.
type Again<A, E> = (
    A,
    Vec<Recorded<E>>,
    Option<(Revision, Position, Option<CommandStamp>)>,
);

impl<A: Aggregate, S: Store, C: Codec> Repository<A, S, C> {
    /// Finds out whether the events of a pending outcome are recorded, by appending them again under the same
    /// ids.
    ///
    /// ```
    /// # use factum::{Aggregate, ExecuteError, Repository, Done, SettleError, Store};
    /// async fn to_the_end<A: Aggregate, S: Store, R>(
    ///     repository: &Repository<A, S>,
    ///     outcome: Result<Done<A>, ExecuteError<R>>,
    /// ) -> Result<Done<A>, SettleError> {
    ///     match outcome {
    ///         Err(ExecuteError::Unsettled(pending)) => repository.settle(&pending).await,
    ///         Ok(done) => Ok(done),
    ///         Err(_) => unreachable!("handled elsewhere"),
    ///     }
    /// }
    /// ```
    ///
    /// It waits and tries as often as [`Retry`](crate::Retry) allows. Whatever it says, or if it is dropped before
    /// it says anything, it may be called again.
    pub async fn settle(&self, pending: &Pending) -> Result<Done<A>, SettleError> {
        let Pending { append, stamp, .. } = pending;
        let (stream, stamp) = (append.stream(), *stamp);
        let (first, repeated) = match self.retry.pauses().append(&self.store, append).await {
            Ok(appended) => (appended.first, appended.repeated && stamp.is_some()),
            Err(StoreError::Conflict(conflict)) => return Err(SettleError::NotRecorded(conflict)),
            Err(StoreError::UnknownOutcome(unknown)) => {
                return Err(SettleError::Unsettled(unknown));
            }
            Err(StoreError::Unavailable(error)) => {
                let reason = error.into();
                return Err(SettleError::Unsettled(UnknownOutcome { reason }));
            }
            Err(StoreError::Refused(refused)) => {
                // A twin may have recorded other events under the same ids.
                let Some(stamp) = stamp.filter(|_| is_about_ids(&refused)) else {
                    return Err(refused.into());
                };
                let read = Read::stream(stream.clone(), None).limit(1);
                let read = self.store.read(read.find(Some(stamp.id.event(stream, 0))));
                let page = read
                    .await
                    .map_err(|error| SettleError::Read(error.into()))?;
                (page.found().ok_or(refused)?, true)
            }
        };
        let recalled = self.recall(stream, first, stamp, append.events()).await;
        match recalled.map_err(SettleError::Read)?? {
            Some(done) => Ok(Done { repeated, ..done }),
            None => Err(SettleError::Deleted(stream.clone())),
        }
    }

    /// What the request whose events start at `first` recorded, and the state behind it; `None` if the stream was
    /// deleted since. Its events are told by the ids that its command gives them, or else by those of `events`;
    /// another command under the same id is refused.
    pub(super) async fn recall(
        &self,
        stream: &StreamName,
        first: Revision,
        stamp: Option<CommandStamp>,
        events: &[NewEvent],
    ) -> Result<Result<Option<Done<A>>, Refused>, ReadError> {
        let id_at = |revision: Revision| {
            let index = usize::try_from(revision.get().checked_sub(first.get())?).ok()?;
            match stamp {
                Some(stamp) => Some(stamp.id.event(stream, index)),
                None => Some(events.get(index)?.id),
            }
        };
        let is_own = |row: &StoredEvent<'_>| id_at(row.revision) == Some(row.id);
        let take = |(state, events, last): &mut Again<A, A::Event>, page: &Page| {
            let before = page.iter().take_while(|row| row.revision < first).count();
            let own = page.iter().skip(before).take_while(is_own).count();
            for row in page.iter().take(before + own) {
                self.fold(state, &row)?;
            }
            for event in Delivery::new(page, &self.codec, before..before + own, None) {
                events.push(event?);
            }
            if let Some(row) = page.iter().skip(before).take(own).next_back() {
                let metadata = decode_metadata(row.metadata).map_err(Undecodable::at(&row))?;
                *last = Some((row.revision, row.position, metadata.command));
            }
            Ok(if before + own < page.len() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            })
        };
        let (state, events, last) = self.whole(stream, take).await?;
        let Some((revision, position, command)) = last else {
            return Ok(Ok(None));
        };
        if let Some(stamp) = stamp.filter(|stamp| command != Some(*stamp)) {
            return Ok(Err(Refused::CommandWithOtherContent {
                stream: stream.clone(),
                id: stamp.id,
            }));
        }
        Ok(Ok(Some(Done {
            state: Arc::new(state),
            events,
            revision: Some(revision),
            position: Some(position),
            repeated: true,
        })))
    }
}
