//! A stream's pages, all of one life of it: between two of them it may be deleted and begin again.

use crate::error::StoreError;
use crate::place::Revision;
use crate::store::{Page, Read, Store};

/// Reads on from page to page.
pub(super) struct Pages<'s, S> {
    store: &'s S,
    next: Option<Read>,
    first: Option<Option<Revision>>,
}

/// What comes after a page.
pub(super) enum Turn {
    Page(Page),
    End,
    /// The stream is not the one that the first page was of.
    Deleted,
}

impl<'s, S: Store> Pages<'s, S> {
    pub(super) fn new(store: &'s S, read: Read) -> Self {
        Self {
            store,
            next: Some(read),
            first: None,
        }
    }

    pub(super) async fn turn(&mut self) -> Result<Turn, StoreError> {
        let Some(read) = self.next.take() else {
            return Ok(Turn::End);
        };
        let page = self.store.read(read).await?;
        let first = page.span().map(|span| span.first);
        if *self.first.get_or_insert(first) != first {
            return Ok(Turn::Deleted);
        }
        // What was looked for is answered by the first page.
        self.next = page.next().map(|read| read.find(None));
        Ok(Turn::Page(page))
    }
}
