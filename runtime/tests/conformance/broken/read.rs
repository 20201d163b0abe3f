//! Reads with a bug at work.

use factum::store::{Direction, Page, PageBuilder, Read, Scope};
use factum::{Position, Revision, Store, StoreError};

use super::{Broken, Bug};

fn place(page: &Page) -> Option<u64> {
    page.position()
        .map(Position::get)
        .or(page.revision().map(Revision::get))
}

impl Broken {
    pub(super) async fn page(&self, mut read: Read) -> Result<Page, StoreError> {
        // A case that reads for ever has to be one that can be stopped.
        tokio::task::yield_now().await;
        let asked = read.clone();
        match (self.bug, &mut read.scope) {
            (Bug::BackwardIsForward, _) => read.direction = Direction::Forward,
            (Bug::PlaceIncluded, Scope::Stream { after, .. }) => {
                *after = after
                    .and_then(|place| place.get().checked_sub(1))
                    .map(Revision::new);
            }
            (Bug::PlaceIncluded, Scope::All { after }) => {
                *after = after
                    .and_then(|place| place.get().checked_sub(1))
                    .map(Position::new);
            }
            (Bug::PlacesClamped, Scope::Stream { after, .. }) => {
                *after = after.map(|place| place.min(Revision::new(1000)));
            }
            (Bug::PlacesClamped, Scope::All { after }) => {
                *after = after.map(|place| place.min(Position::new(1000)));
            }
            (Bug::FindIgnored, _) => read.find = None,
            (Bug::FilterAfterTheLimit, _) => read.filter = factum::store::Filter::default(),
            (Bug::NamesFolded, Scope::Stream { name, .. }) => {
                *name = name.as_str().to_lowercase().parse().unwrap();
            }
            _ => {}
        }
        if self.bug == Bug::PagesWithoutEnd {
            return self.without_end(read).await;
        }
        let page = self.inner.read(read.clone()).await?;
        match self.bug {
            Bug::FilterAfterTheLimit | Bug::LateEvents => Ok(self.sieved(&page, &asked)),
            Bug::CursorOfTheLastMatch if page.is_end() => {
                let mut copy = PageBuilder::new(asked.clone());
                page.iter().for_each(|event| copy.push(&event));
                copy.span(page.span());
                copy.found(page.found());
                let last = page.iter().next_back().map(|event| match asked.scope {
                    Scope::Stream { .. } => event.revision.get(),
                    Scope::All { .. } => event.position.get(),
                });
                Ok(copy.end(last))
            }
            _ => Ok(page),
        }
    }

    /// The same page without what the filter, or a commit that is not visible yet, holds back.
    fn sieved(&self, page: &Page, asked: &Read) -> Page {
        let mut copy = PageBuilder::new(asked.clone());
        let newest = page.iter().map(|event| event.position.get()).max();
        for event in page.iter() {
            let category = event.stream.split('-').next().unwrap_or_default();
            let late = event.position.get() % 5 == 0
                && newest.is_some_and(|newest| newest < event.position.get() + 4);
            if (self.bug == Bug::LateEvents && !late)
                || (self.bug == Bug::FilterAfterTheLimit && asked.filter.lets(category, event.name))
            {
                copy.push(&event);
            }
        }
        copy.span(page.span());
        copy.found(page.found());
        if page.is_end() || copy.is_full() {
            copy.end(place(page))
        } else {
            copy.full()
        }
    }

    async fn without_end(&self, read: Read) -> Result<Page, StoreError> {
        let mut whole = PageBuilder::new(read.clone());
        let (mut next, mut last) = (Some(read), None);
        while let Some(read) = next {
            let page = self.inner.read(read.clone()).await?;
            page.iter().for_each(|event| whole.push(&event));
            whole.span(page.span());
            whole.found(page.found());
            last = place(&page);
            next = page.next();
        }
        Ok(whole.end(last))
    }

    pub(super) async fn highest(&self) -> Result<Option<Position>, StoreError> {
        let head = self.inner.head().await?;
        Ok(match self.bug {
            Bug::HeadBehind => head.map(|head| Position::new(head.get() - 1)),
            Bug::HeadUnknown => Some(Position::new(u64::from(u32::MAX))),
            Bug::HeadOfWhatIsLeft => {
                let page = self.inner.read(Read::all(None).backward().limit(1)).await?;
                page.get(0).map(|event| event.position)
            }
            _ => head,
        })
    }
}
