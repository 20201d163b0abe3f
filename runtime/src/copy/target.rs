//! What is written: compared where it is there already, appended where it is not, and then compared.

use super::error::{CopyError, Place};
use super::revisions::Revisions;
use super::row::Row;
use crate::error::{Refused, StoreError};
use crate::place::{Expected, Position, Revision};
use crate::retry::Retry;
use crate::store::{Append, Page, Read, Store, StoredEvent};
use crate::stream::StreamName;

/// The store that is written, and how far it is known to be what it should be.
pub(super) struct Target<'a> {
    store: &'a dyn Store,
    /// Not to be written to.
    source: &'a dyn Store,
    /// How often what is unknown is tried again.
    pub(super) retry: Retry,
    page: Option<Page>,
    /// The place in the page of the next event to compare.
    next: usize,
    /// The position up to which everything is as it should be.
    verified: Option<Position>,
    revisions: Revisions,
    written: u64,
    /// How many events are what they should be.
    events: u64,
}

impl<'a> Target<'a> {
    pub(super) fn new(store: &'a dyn Store, source: &'a dyn Store) -> Self {
        Self {
            store,
            source,
            retry: Retry::default(),
            page: None,
            next: 0,
            verified: None,
            revisions: Revisions::default(),
            written: 0,
            events: 0,
        }
    }

    /// How many events this run wrote, and how many are as they should be.
    pub(super) fn counts(&self) -> (u64, u64) {
        (self.written, self.events)
    }

    /// Makes the target hold these rows next.
    ///
    /// Each attempt to write ends with a look at what came of it, whoever wrote it.
    pub(super) async fn take(&mut self, mut rows: &[Row]) -> Result<(), CopyError> {
        let mut stuck = None;
        loop {
            let verified = self.verify(rows).await?;
            rows = &rows[verified..];
            let Some(row) = rows.first() else {
                return Ok(());
            };
            if let Some(error) = stuck.filter(|_| verified == 0) {
                return Err(error);
            }
            stuck = Some(match self.write(rows).await {
                Ok(()) => CopyError::Lost(Place::clone(&row.origin)),
                Err(error @ CopyError::Contested(_)) => error,
                Err(error) => return Err(error),
            });
        }
    }

    /// The event behind what is verified, as far as the target goes.
    pub(super) async fn surplus(&mut self) -> Result<Option<StoredEvent<'_>>, CopyError> {
        if self
            .page
            .as_ref()
            .is_none_or(|page| self.next == page.len())
        {
            let mut next = Some(Read::all(self.verified));
            while let Some(read) = next {
                let page = self.store.read(read).await.map_err(CopyError::Target)?;
                next = page.next().filter(|_| page.is_empty());
                (self.page, self.next) = (Some(page), 0);
            }
        }
        Ok(self.page.as_ref().and_then(|page| page.get(self.next)))
    }

    /// Compares the rows with what comes next in the target; how many of them are there.
    async fn verify(&mut self, rows: &[Row]) -> Result<usize, CopyError> {
        for (index, row) in rows.iter().enumerate() {
            let Some(found) = self.surplus().await? else {
                return Ok(index);
            };
            if let Some(differs) = row.differs(&found) {
                return Err(differs.into());
            }
            let revision = found.revision;
            self.verified = Some(found.position);
            self.revisions.note(&row.stream, revision);
            self.next += 1;
            self.events += 1;
        }
        Ok(rows.len())
    }

    /// Appends the rows, those of one stream that follow each other in one batch.
    async fn write(&mut self, mut rows: &[Row]) -> Result<(), CopyError> {
        if self.written == 0 {
            self.is_not_the_source().await?;
        }
        while let Some(first) = rows.first() {
            let stream = &first.stream;
            let (batch, rest) = rows.split_at(batch(rows));
            let expected = Expected::from(self.last(stream).await?);
            let events = batch.iter().map(|row| row.event.clone()).collect();
            let append = Append::new(stream.clone(), expected, events);
            let append = append.map_err(CopyError::Refused)?;
            let appended = self.retry.pauses().append(self.store, &append).await;
            let appended = appended.map_err(|error| match error {
                StoreError::Conflict(_) | StoreError::Refused(Refused::PartlyStored { .. }) => {
                    CopyError::Contested(error)
                }
                StoreError::Refused(refused) => CopyError::Refused(refused),
                error => CopyError::Target(error),
            })?;
            let events = batch.len() as u64;
            let last = Revision::new(appended.first.get() + events - 1);
            self.revisions.note(stream, last);
            if !appended.repeated {
                self.written += events;
            }
            rows = rest;
        }
        Ok(())
    }

    /// The last revision of a stream among what is verified or written: what others wrote since is not expected.
    async fn last(&self, stream: &StreamName) -> Result<Option<Revision>, CopyError> {
        let noted = self.revisions.last(stream);
        if noted.is_some() || self.verified.is_none() {
            return Ok(noted);
        }
        let mut next = Some(Read::stream(stream.clone(), None).backward().limit(1));
        while let Some(read) = next {
            let page = self.store.read(read).await.map_err(CopyError::Target)?;
            let mut events = page.iter();
            if let Some(event) = events.find(|event| Some(event.position) <= self.verified) {
                return Ok(Some(event.revision));
            }
            next = page.next();
        }
        Ok(None)
    }

    /// Two handles of one store show the same last event, down to when it was recorded.
    async fn is_not_the_source(&self) -> Result<(), CopyError> {
        let last = || Read::all(None).backward().limit(1);
        let target = self.store.read(last()).await.map_err(CopyError::Target)?;
        let source = self.source.read(last()).await.map_err(CopyError::Source)?;
        match (source.get(0), target.get(0)) {
            (Some(source), Some(target)) if source == target => Err(CopyError::SameStore),
            _ => Ok(()),
        }
    }
}

/// How many of the rows go into one batch.
fn batch(rows: &[Row]) -> usize {
    let mut bytes = 0;
    let goes_on = |row: &&Row| {
        bytes += row.bytes();
        row.stream == rows[0].stream && bytes <= Read::PAGE_BYTES
    };
    let many = rows.iter().take(Read::LIMIT).take_while(goes_on).count();
    many.max(1)
}
