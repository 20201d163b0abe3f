//! What was recorded before: by an earlier request under the same id, or by an attempt of unknown outcome.

use std::sync::Arc;

use super::Repository;
use super::failure::{ExecuteError, NotAppended, Pending, SettleError};
use super::history::AsOf;
use super::outcome::Done;
use crate::aggregate::Aggregate;
use crate::codec::Codec;
use crate::delivery::Delivery;
use crate::error::{ReadError, Refused, Undecodable};
use crate::place::Revision;
use crate::recorded::CommandStamp;
use crate::store::{Read, Store, StoredEvent};
use crate::stream::StreamName;

impl<A: Aggregate, S: Store, C: Codec> Repository<A, S, C> {
    /// Finds out whether the events of a pending outcome are recorded, by appending them again under the same
    /// ids.
    ///
    /// ```
    /// # use factum::{Aggregate, Codec, ExecuteError, Repository, Done, SettleError, Store};
    /// async fn to_the_end<A: Aggregate, S: Store, R>(
    ///     repository: &Repository<A, S>,
    ///     outcome: Result<Done<A>, ExecuteError<R>>,
    /// ) -> Result<Done<A>, SettleError> {
    ///     match outcome {
    ///         Err(ExecuteError::Unsettled(pending)) => repository.settle(*pending).await,
    ///         Ok(done) => Ok(done),
    ///         Err(_) => unreachable!("handled elsewhere"),
    ///     }
    /// }
    /// ```
    ///
    /// It waits and tries as often as [`Retry`](crate::Retry) allows, and may be called again with the
    /// `Pending` that it then gives back.
    pub async fn settle(&self, pending: Pending) -> Result<Done<A>, SettleError> {
        let append = &pending.append;
        let appended = match self.append(append, &mut self.retry.pauses()).await {
            Ok(appended) => appended,
            Err(NotAppended::Conflict(conflict)) => return Err(conflict.into()),
            Err(NotAppended::Refused(refused)) => return Err(refused.into()),
            Err(NotAppended::Unsettled(pending)) => return Err(pending.into()),
            Err(NotAppended::Unavailable(error)) => {
                let (append, source) = (append.clone(), error.into());
                return Err(Box::new(Pending { append, source }).into());
            }
        };
        let ids = append.events();
        let belongs = |index: usize, event: &StoredEvent<'_>| {
            ids.get(index).is_some_and(|own| own.id == event.id)
        };
        Ok(self
            .read_back(append.stream(), appended.first, belongs)
            .await?)
    }

    /// What the first request under this id recorded, if it was the same request.
    pub(super) async fn first_run<R>(
        &self,
        stream: &StreamName,
        stamp: CommandStamp,
        first: Revision,
    ) -> Result<Done<A>, ExecuteError<R>> {
        let belongs = |index, event: &StoredEvent<'_>| event.id == stamp.id.event(stream, index);
        let done = self.read_back(stream, first, belongs).await?;
        if let Some(event) = done.events.first() {
            let metadata = event.metadata().map_err(|source| {
                ReadError::from(Box::new(Undecodable::recorded(event, source)))
            })?;
            if metadata.command != Some(stamp) {
                let (stream, id) = (stream.clone(), stamp.id);
                return Err(Refused::CommandWithOtherContent { stream, id }.into());
            }
        }
        Ok(done)
    }

    /// The recorded events from `first` on that belong together, and the state behind the last of them.
    async fn read_back(
        &self,
        stream: &StreamName,
        first: Revision,
        belongs: impl Fn(usize, &StoredEvent<'_>) -> bool,
    ) -> Result<Done<A>, ReadError> {
        let before = first.get().checked_sub(1).map(Revision::new);
        let (mut events, mut seen, mut last) = (Vec::new(), 0, None);
        let mut next = Some(Read::stream(stream.clone(), before));
        'pages: while let Some(read) = next {
            let page = self.store.read(read.clone()).await?;
            let own = page
                .iter()
                .zip(seen..)
                .take_while(|(event, index)| belongs(*index, event));
            let own = own
                .map(|(event, _)| (event.revision, event.position))
                .collect::<Vec<_>>();
            last = own.last().copied().or(last);
            seen += own.len();
            for event in Delivery::<A::Event, C>::new(&page, &self.codec) {
                let event = event?;
                if last.is_none_or(|(revision, _)| event.revision > revision) {
                    break 'pages;
                }
                events.push(event);
            }
            next = page.next(&read);
        }
        let (revision, position) = last.unzip();
        let state = match revision {
            Some(last) => self.past(stream, AsOf::Revision(last)).await?.state,
            None => Arc::default(),
        };
        Ok(Done {
            state,
            events,
            revision,
            position,
            repeated: true,
        })
    }
}
