//! A stream's pages, all of one life of it: between two of them it may be deleted and begin again.

use std::future::{poll_fn, ready};
use std::task::Poll;

use crate::error::{ReadError, StoreError};
use crate::place::Revision;
use crate::store::{BoxFuture, Page, Read, Store};

type Reading<'s> = BoxFuture<'s, Result<Page, StoreError>>;

/// Reads on from page to page, each while the one before it is folded.
pub(super) struct Pages<'s, S> {
    store: &'s S,
    next: Option<Reading<'s>>,
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
            next: Some(store.read(first)),
            life: None,
        }
    }

    pub(super) async fn turn(&mut self) -> Result<Turn, ReadError> {
        let Some(page) = self.next.take() else {
            return Ok(Turn::End);
        };
        let page = page.await?;
        let life = || Life(page.span().map(|span| span.first));
        if *self.life.get_or_insert_with(life) != life() {
            return Ok(Turn::Deleted);
        }
        if let Some(torn) = page.torn() {
            return Err(torn.into());
        }
        if let Some(next) = page.next() {
            // What was looked for is answered by the first page.
            let next = self.store.read(next.find(None));
            self.next = Some(begun(next).await);
        }
        Ok(Turn::Page(page))
    }
}

/// The same, asked for once: a store that reads elsewhere is at it from now on.
async fn begun(mut reading: Reading<'_>) -> Reading<'_> {
    let asked = poll_fn(|context| Poll::Ready(reading.as_mut().poll(context)));
    match asked.await {
        Poll::Ready(page) => Box::pin(ready(page)),
        Poll::Pending => reading,
    }
}
