//! What is copied: every event of the source, as what it is today.

use std::collections::HashMap;
use std::sync::Arc;

use super::error::{CopyError, Place, Uncovered};
use super::kind::Kind;
use super::revisions::Revisions;
use super::row::Row;
use crate::error::{Torn, Undecodable};
use crate::place::Position;
use crate::store::{Page, Read, Store, StoredEvent};
use crate::stream::StreamName;

/// The store that is read, and how.
pub(super) struct Source<'a> {
    store: &'a dyn Store,
    /// How each category is read.
    pub(super) kinds: HashMap<String, Arc<dyn Kind>>,
    /// How all others are read.
    pub(super) others: Option<Arc<dyn Kind>>,
    revisions: Revisions,
    /// Neighbours are mostly of one stream: its name is made once.
    stream: Option<StreamName>,
}

impl<'a> Source<'a> {
    pub(super) fn new(store: &'a dyn Store) -> Self {
        Self {
            store,
            kinds: HashMap::new(),
            others: None,
            revisions: Revisions::default(),
            stream: None,
        }
    }

    pub(super) async fn page(&self, after: Option<Position>) -> Result<Page, CopyError> {
        let page = self.store.read(Read::all(after)).await;
        page.map_err(CopyError::Source)
    }

    pub(super) async fn head(&self) -> Result<Option<Position>, CopyError> {
        self.store.head().await.map_err(CopyError::Source)
    }

    /// What a stored event is read as today, if its stream is whole up to it.
    pub(super) async fn read(&mut self, stored: &StoredEvent<'_>) -> Result<Vec<Row>, CopyError> {
        let stream = match self.stream.take() {
            Some(stream) if stream.as_str() == stored.stream => stream,
            _ => {
                let stream: Result<StreamName, _> = stored.stream.parse();
                let stream = stream.map_err(Undecodable::at(stored));
                stream.map_err(CopyError::Undecodable)?
            }
        };
        self.follows(stored, &stream).await?;
        self.revisions.note(&stream, stored.revision);
        let kind = self.kinds.get(stream.category()).or(self.others.as_ref());
        let Some(kind) = kind else {
            return Err(Box::new(Uncovered {
                category: stream.category().to_owned(),
                event: Place::of(stored),
                name: stored.name.to_owned(),
                version: stored.version,
            })
            .into());
        };
        let row = Row::stored(stored, stream.clone());
        self.stream = Some(stream);
        kind.rewrite(stored, row)
    }

    /// Refuses an event before which rows are missing: in the target nothing would tell any more.
    async fn follows(
        &self,
        stored: &StoredEvent<'_>,
        stream: &StreamName,
    ) -> Result<(), CopyError> {
        let found = stored.revision;
        let expected = match self.revisions.last(stream) {
            Some(last) => Some(last.next()),
            None if found.get() == 0 => return Ok(()),
            // Not met for long, or its beginning was deleted.
            None => {
                let before = Read::stream(stream.clone(), Some(found)).backward();
                let page = self.store.read(before.limit(1)).await;
                let page = page.map_err(CopyError::Source)?;
                let before = page.get(0).map(|before| before.revision.next());
                before.or(page.span().map(|span| span.first))
            }
        };
        if expected.is_none_or(|expected| expected == found) {
            return Ok(());
        }
        Err(CopyError::Torn(Torn {
            stream: stream.clone(),
            expected,
            found: Some(found),
        }))
    }
}
