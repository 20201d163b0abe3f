//! A copy on its way: from the source, past the transform, into the target.

use super::Copying;
use super::error::{CopyError, Place};
use crate::error::BoxError;
use crate::store::{Read, StoredEvent};

impl Copying<'_> {
    /// Takes in the source, page by page, up to its end.
    pub(super) async fn go_through(&mut self) -> Result<(), CopyError> {
        loop {
            let page = self.source.page(self.copied.position).await?;
            for stored in page.iter() {
                self.take(&stored).await?;
            }
            self.put().await?;
            self.copied.position = page.position();
            self.copied.head = self.source.head().await?;
            (self.watch)(&self.copied);
            if page.is_end() && (page.is_empty() || self.target.surplus().await?.is_none()) {
                return Ok(());
            }
            // Where the target holds more, another copy of the same may have found the source longer.
        }
    }

    /// Lets the transform give the rest, and looks whether the target ends there.
    pub(super) async fn finish(&mut self) -> Result<(), CopyError> {
        if let Some(transform) = self.transform.as_mut().filter(|_| !self.open_ended) {
            let finished = transform.finish(&mut self.rows);
            finished.map_err(refused(None))?;
            self.ready = self.rows.take();
            self.put().await?;
        }
        match self.target.surplus().await? {
            Some(found) => Err(CopyError::Surplus(Place::of(&found))),
            None => Ok(()),
        }
    }

    async fn take(&mut self, stored: &StoredEvent<'_>) -> Result<(), CopyError> {
        let mut rows = self.source.read(stored).await?;
        self.copied.read += 1;
        self.copied.ignored += u64::from(rows.is_empty());
        match &mut self.transform {
            None => self.ready.append(&mut rows),
            Some(transform) => {
                for row in rows {
                    let taken = transform.take(row, &mut self.rows);
                    taken.map_err(refused(Some(stored)))?;
                    self.ready.append(&mut self.rows.take());
                }
            }
        }
        // One event may become many.
        if self.ready.len() >= Read::LIMIT {
            self.put().await?;
        }
        Ok(())
    }

    /// Makes the target hold what is ready.
    async fn put(&mut self) -> Result<(), CopyError> {
        for portion in self.ready.chunks(Read::LIMIT) {
            self.target.take(portion).await?;
        }
        self.ready.clear();
        (self.copied.written, self.copied.verified) = self.target.counts();
        Ok(())
    }
}

/// Says at which event of the source the transform refused.
fn refused(event: Option<&StoredEvent<'_>>) -> impl FnOnce(BoxError) -> CopyError {
    move |reason| {
        let event = event.map(Place::of);
        CopyError::Transform { event, reason }
    }
}
