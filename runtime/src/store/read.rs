//! What is asked for: one page of one stream or of everything.

use std::borrow::Cow;

use crate::error::Refused;
use crate::place::{Position, Revision};
use crate::recorded::EventId;
use crate::stream::StreamName;

use super::append::storable;

/// Which way to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From old to new.
    Forward,
    /// From new to old.
    Backward,
}

/// What to read from, and behind which place to start; `None` starts at the end that the direction leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// One stream, in the order of its revisions.
    Stream {
        /// Its name.
        name: StreamName,
        /// The last revision that is already known.
        after: Option<Revision>,
    },
    /// All streams, in the order of positions.
    All {
        /// The last position that is already known.
        after: Option<Position>,
    },
}

impl Scope {
    /// The number of the place to start behind.
    pub(in crate::store) fn after(&self) -> Option<u64> {
        match self {
            Self::Stream { after, .. } => after.map(Revision::get),
            Self::All { after } => after.map(Position::get),
        }
    }
}

/// Which events to return; an empty list lets everything through. The methods that take a type know its former names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Categories: the part of the stream's name before the first `-`.
    pub categories: Vec<Cow<'static, str>>,
    /// Stored event names.
    pub names: Vec<Cow<'static, str>>,
}

impl Filter {
    /// Whether the filter lets an event of this category and name through.
    pub fn lets(&self, category: &str, name: &str) -> bool {
        self.wants(category) && has(&self.names, name)
    }

    /// Whether the filter lets any event of this category through.
    pub fn wants(&self, category: &str) -> bool {
        has(&self.categories, category)
    }
}

fn has(list: &[Cow<'static, str>], text: &str) -> bool {
    list.is_empty() || list.iter().any(|entry| entry == text)
}

/// A request for one page.
///
/// ```
/// use factum::store::Read;
/// use factum::{Position, StreamName};
///
/// let account = StreamName::new("account", "42").unwrap();
/// let last_ten = Read::stream(account, None).backward().limit(10);
/// let news = Read::all(Some(Position::new(17))).category("account").event("account.opened");
/// # let _ = (last_ten, news);
/// ```
///
/// - A page holds at most `limit` events, and stops after [`Read::PAGE_BYTES`] whatever the limit.
/// - [`Page::next`](crate::store::Page::next) turns it into the request for the page after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// What to read from, and where to start.
    pub scope: Scope,
    /// Which way.
    pub direction: Direction,
    /// Which events to return.
    pub filter: Filter,
    /// The most events of the page.
    pub limit: usize,
    /// An event of the stream whose revision is asked for along the way; see
    /// [`Page::found`](crate::store::Page::found).
    pub find: Option<EventId>,
    /// Whether only what folding takes is of interest; see [`Read::bare`].
    pub bare: bool,
}

impl Read {
    /// The events of a page unless another limit is given.
    pub const LIMIT: usize = 1000;

    /// The bytes after which a page stops, whatever its limit; one event may be larger.
    pub const PAGE_BYTES: usize = 4 << 20;

    /// A stream, from behind `after` on; `None` starts at its end that the direction leaves.
    pub fn stream(name: StreamName, after: Option<Revision>) -> Self {
        Self::new(Scope::Stream { name, after })
    }

    /// Everything, from behind `after` on; `None` starts at the end that the direction leaves.
    pub fn all(after: Option<Position>) -> Self {
        Self::new(Scope::All { after })
    }

    fn new(scope: Scope) -> Self {
        let (direction, filter) = (Direction::Forward, Filter::default());
        Self {
            scope,
            direction,
            filter,
            limit: Self::LIMIT,
            find: None,
            bare: false,
        }
    }

    /// From new to old.
    pub fn backward(mut self) -> Self {
        self.direction = Direction::Backward;
        self
    }

    /// Only events of this category, or of this one too.
    pub fn category(mut self, category: impl Into<Cow<'static, str>>) -> Self {
        self.filter.categories.push(category.into());
        self
    }

    /// Only events of this name, or of this one too.
    pub fn event(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.filter.names.push(name.into());
        self
    }

    /// Only what this filter lets through, in place of what was asked for before.
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = filter;
        self
    }

    /// At most this many events in one page; 0 counts as 1.
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit.max(1);
        self
    }

    /// Asks, in the same round trip, where an event stands in the stream.
    pub fn find(mut self, id: Option<EventId>) -> Self {
        self.find = id;
        self
    }

    /// Asks only for what folding takes: revisions, names, versions, codecs and payloads. A store may leave the
    /// rest out: position 0, an id of zeros, index 0, no tenant, no metadata, and the first moment of 1970.
    pub fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// The place to start behind, as a signed number; refused past `i64::MAX`, which no store gives out.
    pub fn start(&self) -> Result<Option<i64>, Refused> {
        let what = match self.scope {
            Scope::Stream { .. } => "a revision",
            Scope::All { .. } => "a position",
        };
        let after = self.scope.after();
        after.map(|after| storable(what, after)).transpose()
    }
}
