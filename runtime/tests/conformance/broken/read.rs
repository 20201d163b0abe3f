//! Reads with a bug at work.

use std::time::Duration;

use factum::store::{Direction, Page, PageBuilder, Read, Scope, StoredEvent};
use factum::{Position, Revision, Store, StoreError};

use super::{Broken, Bug};

fn place(page: &Page) -> Option<u64> {
    page.position()
        .map(Position::get)
        .or(page.revision().map(Revision::get))
}

/// The same page with its events changed, a whole one as whole.
fn copied(page: &Page, asked: Read, change: impl FnOnce(&mut Vec<StoredEvent<'_>>)) -> Page {
    let mut copy = PageBuilder::new(asked);
    let mut events: Vec<_> = page.iter().collect();
    change(&mut events);
    for event in &events {
        copy.push(event);
    }
    copy.span(page.span());
    copy.found(page.found());
    if page.is_end() {
        copy.end(place(page))
    } else {
        copy.full()
    }
}

impl Broken {
    pub(super) async fn page(&self, mut read: Read) -> Result<Page, StoreError> {
        // A case that reads for ever has to be one that can be stopped.
        tokio::task::yield_now().await;
        let asked = read.clone();
        let slot = match self.bug {
            // Whoever is dropped while he waits for his page keeps his slot.
            Bug::KeptWhenDropped => {
                self.slots.acquire().await.unwrap().forget();
                tokio::task::yield_now().await;
                1
            }
            _ => 0,
        };
        self.slots.add_permits(slot);
        match (self.bug, &mut read.scope) {
            (Bug::BackwardIsForward, _) => read.direction = Direction::Forward,
            (Bug::PlaceIncluded, Scope::Stream { after, .. }) => {
                *after = after
                    .and_then(|place| place.get().checked_sub(1))
                    .map(Revision::new);
            }
            (Bug::PlaceIncluded | Bug::CheckpointIncluded, Scope::All { after }) => {
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
        if self.bug == Bug::FilterFolded {
            let names = &mut read.filter.names;
            let other = names.iter().map(|name| name.to_uppercase().into());
            let other: Vec<_> = other.collect();
            names.extend(other);
        }
        let earlier = self.inner.read(read.clone()).await?;
        if self.bug == Bug::SpanOfAnotherMoment {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        if self.bug == Bug::PagesWithoutEnd {
            return self.without_end(read).await;
        }
        let page = self.inner.read(read.clone()).await?;
        match self.bug {
            Bug::FilterAfterTheLimit
            | Bug::LateEvents
            | Bug::PositionBeforeCommit
            | Bug::FullPagesLoseOne => Ok(self.sieved(&page, &asked)),
            Bug::BareWithoutVersion if asked.bare => Ok(copied(&page, asked, |events| {
                for event in events {
                    event.version = 1;
                }
            })),
            Bug::AllGroupedByStream => Ok(copied(&page, asked, |events| {
                events.sort_by_key(|event| event.stream);
            })),
            Bug::SpanOfAnotherMoment => {
                let mut copy = PageBuilder::new(asked);
                page.iter().for_each(|event| copy.push(&event));
                copy.span(earlier.span());
                copy.found(page.found());
                Ok(copy.end(place(&page)))
            }
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
        let second = page.get(1).map(|event| event.position);
        let stopped = self.stopped.0.borrow().0.clone();
        for event in page.iter() {
            let category = event.stream.split('-').next().unwrap_or_default();
            let late = event.position.get() % 5 == 0
                && newest.is_some_and(|newest| newest < event.position.get() + 4);
            let is_shown = match self.bug {
                Bug::LateEvents => !late,
                Bug::FilterAfterTheLimit => asked.filter.lets(category, event.name),
                Bug::FullPagesLoseOne => page.is_end() || Some(event.position) != second,
                _ => stopped
                    .as_ref()
                    .is_none_or(|stream| stream.as_str() != event.stream),
            };
            if is_shown {
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
