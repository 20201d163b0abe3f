//! A stream's pages, all of one life of it: between two of them it may be deleted and begin again.

use crate::error::{ReadError, Torn};
use crate::place::Revision;
use crate::recorded::EventId;
use crate::store::{Page, Read, Store};
use crate::stream::StreamName;

/// Reads on from page to page.
pub(super) struct Pages<'s, S> {
    store: &'s S,
    stream: &'s StreamName,
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
    /// From behind a revision on; the first page also says where the event `find` stands.
    pub(super) fn new(
        store: &'s S,
        stream: &'s StreamName,
        after: Option<Revision>,
        find: Option<EventId>,
    ) -> Self {
        Self {
            store,
            stream,
            next: Some(Read::stream(stream.clone(), after).find(find)),
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
        if let Some((expected, found)) = page.torn() {
            let stream = self.stream.clone();
            return Err(Torn {
                stream,
                expected,
                found,
            }
            .into());
        }
        // What was looked for is answered by the first page.
        self.next = page.next().map(|read| read.find(None));
        Ok(Turn::Page(page))
    }
}
