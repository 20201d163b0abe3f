//! What was recorded before: by an earlier request under the same id, or by an attempt of unknown outcome.

use super::Repository;
use super::attempt::is_about_ids;
use super::failure::{NotAppended, Pending, SettleError};
use super::history::AsOf;
use super::outcome::Done;
use super::pages::{Pages, Turn};
use crate::aggregate::Aggregate;
use crate::codec::Codec;
use crate::delivery::Delivery;
use crate::error::{ReadError, Refused, Undecodable};
use crate::place::Revision;
use crate::recorded::{CommandStamp, decode_metadata};
use crate::store::{Append, NewEvent, Page, Read, Store, StoredEvent};
use crate::stream::StreamName;

/// By what the events of one request are told from others.
#[derive(Clone, Copy)]
pub(super) enum Own<'a> {
    Ids(&'a [NewEvent]),
    Command(CommandStamp),
}

/// What is known of a request that was recorded.
pub(super) enum Recall<A: Aggregate> {
    Done(Done<A>),
    /// Another request was recorded under this id.
    OtherCommand(Refused),
    /// The stream was deleted since.
    Gone,
}

impl Own<'_> {
    fn is(self, stream: &StreamName, index: usize, event: &StoredEvent<'_>) -> bool {
        match self {
            Self::Ids(events) => events.get(index).is_some_and(|own| own.id == event.id),
            Self::Command(stamp) => stamp.id.event(stream, index) == event.id,
        }
    }

    /// How many events at the page's start are own ones, if `seen` were before.
    fn count(self, stream: &StreamName, seen: usize, page: &Page) -> usize {
        page.iter()
            .zip(seen..)
            .take_while(|(event, index)| self.is(stream, *index, event))
            .count()
    }

    /// Another command under the same id, as far as its first event tells.
    fn other(
        self,
        stream: &StreamName,
        first: &StoredEvent<'_>,
    ) -> Result<Option<Refused>, ReadError> {
        let Self::Command(stamp) = self else {
            return Ok(None);
        };
        let metadata = decode_metadata(first.metadata);
        let metadata = metadata.map_err(|source| Box::new(Undecodable::new(first, source)))?;
        let other = || Refused::CommandWithOtherContent {
            stream: stream.clone(),
            id: stamp.id,
        };
        Ok((metadata.command != Some(stamp)).then(other))
    }
}

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
        let Pending { append, stamp, .. } = pending;
        let still = |append, reason| {
            Box::new(Pending {
                append,
                stamp,
                reason,
            })
            .into()
        };
        let (first, repeated) = match self.append(&append, &mut self.retry.pauses()).await {
            Ok(appended) => (appended.first, appended.repeated && stamp.is_some()),
            Err(NotAppended::Conflict(conflict)) => return Err(conflict.into()),
            Err(NotAppended::Unsettled(reason)) => return Err(still(append, reason)),
            Err(NotAppended::Unavailable(error)) => return Err(still(append, error.into())),
            Err(NotAppended::Refused(refused)) => {
                match self.twin(&append, stamp, &refused).await? {
                    Some(first) => (first, true),
                    None => return Err(refused.into()),
                }
            }
        };
        let stream = append.stream();
        let own = stamp.map_or(Own::Ids(append.events()), Own::Command);
        match self.recall(stream, first, own).await? {
            Recall::Done(done) => Ok(Done { repeated, ..done }),
            Recall::OtherCommand(refused) => Err(refused.into()),
            Recall::Gone => Err(SettleError::Deleted(stream.clone())),
        }
    }

    /// Where a twin of this request stands, if the append was refused because of one.
    async fn twin(
        &self,
        append: &Append,
        stamp: Option<CommandStamp>,
        refused: &Refused,
    ) -> Result<Option<Revision>, ReadError> {
        let Some(stamp) = stamp.filter(|_| is_about_ids(refused)) else {
            return Ok(None);
        };
        let first = stamp.id.event(append.stream(), 0);
        let read = Read::stream(append.stream().clone(), None)
            .limit(1)
            .find(Some(first));
        Ok(self.store.read(read).await?.found())
    }

    /// What the request whose events start at `first` recorded, and the state behind it.
    pub(super) async fn recall(
        &self,
        stream: &StreamName,
        first: Revision,
        own: Own<'_>,
    ) -> Result<Recall<A>, ReadError> {
        let before = first.get().checked_sub(1).map(Revision::new);
        let mut pages = Pages::new(&self.store, Read::stream(stream.clone(), before));
        let (mut events, mut seen, mut last) = (Vec::new(), 0, None);
        while let Turn::Page(page) = pages.turn().await? {
            let count = own.count(stream, seen, &page);
            if let (0, 1.., Some(row)) = (seen, count, page.get(0))
                && let Some(refused) = own.other(stream, &row)?
            {
                return Ok(Recall::OtherCommand(refused));
            }
            for event in Delivery::of_first(&page, &self.codec, count) {
                events.push(event?);
            }
            let newest = count.checked_sub(1).and_then(|newest| page.get(newest));
            last = newest.map(|row| (row.revision, row.position)).or(last);
            seen += count;
            if count < page.len() {
                break;
            }
        }
        // The next page, which nobody waits for any more, would keep others waiting.
        drop(pages);
        let Some((revision, position)) = last else {
            return Ok(Recall::Gone);
        };
        let past = self.past(stream, AsOf::Revision(revision)).await?;
        if past.revision != Some(revision) {
            return Ok(Recall::Gone);
        }
        let (revision, position) = (Some(revision), Some(position));
        Ok(Recall::Done(Done {
            state: past.state,
            events,
            revision,
            position,
            repeated: true,
        }))
    }
}
