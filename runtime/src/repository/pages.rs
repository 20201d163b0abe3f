//! A stream's pages, all of one life of it: between two of them it may be deleted and begin again.

use crate::error::ReadError;
use crate::place::Revision;
use crate::store::{Page, Read, Store};

/// Reads on from page to page.
pub(super) struct Pages<'s, S> {
    store: &'s S,
    next: Option<Read>,
    life: Option<Life>,
}

/// A stream from its beginning, or from one delete, to the next: told by its first revision.
#[derive(PartialEq)]
struct Life(Option<Revision>);

/// What comes after a page.
#[expect(clippy::large_enum_variant, reason = "it is nearly always a page")]
pub(super) enum Turn {
    Page(Page),
    End,
    /// The stream is not the one that the first page was of.
    Deleted,
}

impl<'s, S: Store> Pages<'s, S> {
    /// From the page of a stream on that `first` asks for.
    pub(super) fn new(store: &'s S, first: Read) -> Self {
        Self {
            store,
            next: Some(first),
            life: None,
        }
    }

    pub(super) async fn turn(&mut self) -> Result<Turn, ReadError> {
        let Some(read) = self.next.take() else {
            return Ok(Turn::End);
        };
        let page = self.store.read(read).await?;
        let life = || Life(page.span().map(|span| span.first));
        if *self.life.get_or_insert_with(life) != life() {
            return Ok(Turn::Deleted);
        }
        if let Some(torn) = page.torn() {
            return Err(torn.into());
        }
        // What was looked for is answered by the first page.
        self.next = page.next().map(|read| read.find(None));
        Ok(Turn::Page(page))
    }
}
