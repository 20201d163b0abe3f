//! Migration by copy: one store becomes another, through the upcasters and on request through a transform.
//!
//! ```
//! use factum::{Aggregate, Apply, Event, Memory, Repository, copy};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
//! #[event(name = "account.deposited")]
//! pub struct Deposited { pub cents: u64 }
//!
//! #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
//! #[aggregate(name = "account", id = String, events(Deposited))]
//! pub struct Account { cents: u64 }
//!
//! impl Apply<Deposited> for Account {
//!     fn apply(&mut self, event: &Deposited) { self.cents += event.cents }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (old, new) = (Memory::new(), Memory::new());
//! let ada = "ada".to_owned();
//! let accounts = Repository::<Account, _>::new(old.clone());
//! accounts.update(&ada, |_| Ok::<_, String>(Deposited { cents: 500 })).await?;
//!
//! let copied = copy(&old, &new).aggregate::<Account>().run().await?;
//! assert_eq!((copied.read, copied.written, copied.verified), (1, 1, 1));
//! assert_eq!(Repository::<Account, _>::new(new.clone()).load(&ada).await?.state.cents, 500);
//!
//! // Another run finds nothing to write, and compares all of it.
//! let again = copy(&old, &new).aggregate::<Account>().run().await?;
//! assert_eq!((again.written, again.verified), (0, 1));
//! # Ok(()) }
//! ```
//!
//! - **Kept**: ids, the order of positions, and metadata as it is, with the time of occurring and the command: a command
//!   that was carried out on the source is known in the target.
//! - **New**: each event has its current name and version. Positions and times of recording are the target's.
//!   Revisions count anew where events were split, ignored or moved, or the beginning of a stream was deleted.
//! - **Not copied**: snapshots, and the checkpoints of who follows the store.
//! - **Resumed by itself**: a run compares what the target holds with what the source becomes, event by event, and
//!   writes where the target ends; then it reads what it wrote. No file beside the target says how far it came.
//! - **Bounded**: a page of the source, one of the target, and the last revisions of 20,000 streams of each are in memory,
//!   however large the stores are.
//! - **Never skipped**: what nothing says how to copy, or this build cannot read, is an error with its place.
//!
//! Step by step, with files, and with transforms: the [guide](crate::_guide::copy).

mod error;
mod kind;
mod revisions;
mod row;
mod run;
mod source;
mod target;
#[cfg(test)]
mod tests;

use std::fmt;
use std::marker::PhantomData;
use std::ptr::addr_eq;
use std::sync::Arc;

pub use error::{CopyError, Differs, Part, Place, Uncovered};
pub use row::{Row, Rows, Transform};

use crate::aggregate::{Aggregate, EventSet};
use crate::codec::{Codec, Json};
use crate::error::BoxError;
use crate::place::Position;
use crate::retry::Retry;
use crate::store::Store;
use kind::{AsStored, Kind, Through};
use row::Each;
use source::Source;
use target::Target;

/// Copies one store into another; see the [module](mod@crate::copy).
pub fn copy<'a>(from: &'a dyn Store, to: &'a dyn Store) -> Copying<'a> {
    Copying {
        source: Source::new(from),
        target: Target::new(to, from),
        is_same: addr_eq(from, to),
        twice: None,
        transform: None,
        open_ended: false,
        watch: Box::new(|_| ()),
        rows: Rows::default(),
        ready: Vec::new(),
        copied: Copied::default(),
    }
}

/// A copy that is still to be run.
#[must_use = "nothing is copied until `run` is called"]
pub struct Copying<'a> {
    source: Source<'a>,
    target: Target<'a>,
    is_same: bool,
    /// A category of which it is said twice how it is copied.
    twice: Option<String>,
    transform: Option<Box<dyn Transform + 'a>>,
    open_ended: bool,
    watch: Box<dyn FnMut(&Copied) + Send + 'a>,
    rows: Rows,
    /// What has to be in the target next.
    ready: Vec<Row>,
    copied: Copied,
}

/// What a copy has done: so far, for who [watches](Copying::progress) it, and in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Copied {
    /// Events of the source that were read.
    pub read: u64,
    /// Those of them that are read as nothing: `ignored(..)`, or retired and replaced by none.
    pub ignored: u64,
    /// Events that this run wrote to the target.
    pub written: u64,
    /// Events of the target that were compared with what the source becomes: those that were there, and those that were
    /// written.
    pub verified: u64,
    /// Up to which position the source was read.
    pub position: Option<Position>,
    /// The head of the source.
    pub head: Option<Position>,
}

impl<'a> Copying<'a> {
    /// Reads the events of an aggregate through every upcast step, and writes them as they are today, as [`Json`].
    pub fn aggregate<A: Aggregate>(self) -> Self {
        self.aggregate_with::<A>(Json::default(), Json::default())
    }

    /// The same, of events that one codec wrote and another one writes.
    pub fn aggregate_with<A: Aggregate>(self, from: impl Codec, to: impl Codec) -> Self {
        self.events_with::<A::Event>(&[A::NAME], from, to)
    }

    /// Reads the events of these categories by a set, such as one by hand that spans several, and writes them as they
    /// are today, as [`Json`].
    pub fn events<E: EventSet>(self, categories: &[&str]) -> Self {
        self.events_with::<E>(categories, Json::default(), Json::default())
    }

    /// The same, of events that one codec wrote and another one writes.
    pub fn events_with<E: EventSet>(
        self,
        categories: &[&str],
        from: impl Codec,
        to: impl Codec,
    ) -> Self {
        let set = PhantomData::<fn() -> E>;
        self.kind(
            categories,
            &(Arc::new(Through {
                from,
                to: Arc::new(to),
                set,
            }) as _),
        )
    }

    /// Copies the events of these categories as they are stored: nothing of them is read.
    pub fn as_stored(self, categories: &[&str]) -> Self {
        self.kind(categories, &(Arc::new(AsStored) as _))
    }

    /// Copies the events of all categories that nothing else is said of as they are stored.
    pub fn others_as_stored(mut self) -> Self {
        self.source.others = Some(Arc::new(AsStored));
        self
    }

    fn kind(mut self, categories: &[&str], kind: &Arc<dyn Kind>) -> Self {
        for category in categories.iter().copied().map(str::to_owned) {
            let before = self.source.kinds.insert(category.clone(), Arc::clone(kind));
            self.twice = before.map(|_| category).or(self.twice);
        }
        self
    }

    /// Lets a closure say what each event becomes, once it is read as it is today: any number of events, in any
    /// streams. What it does not [put](Rows::put) is not in the target.
    ///
    /// ```
    /// # use factum::{BoxError, Event, Store, copy, copy::{Row, Rows}};
    /// # use serde::{Deserialize, Serialize};
    /// # #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    /// # #[event(name = "account.opened")]
    /// # pub struct Opened { pub owner: String }
    /// # async fn upper(from: &dyn Store, to: &dyn Store) -> Result<(), factum::copy::CopyError> {
    /// let copying = copy(from, to).others_as_stored().transform(|row, rows| {
    ///     rows.put(match row.read::<Opened>()? {
    ///         Some(opened) => row.write(&Opened { owner: opened.owner.to_uppercase() })?,
    ///         None => row,
    ///     });
    ///     Ok(())
    /// });
    /// # copying.run().await.map(|_| ())
    /// # }
    /// ```
    ///
    /// As a [`Transform`], it has to be deterministic.
    pub fn transform(
        self,
        each: impl FnMut(Row, &mut Rows) -> Result<(), BoxError> + Send + 'a,
    ) -> Self {
        self.transform_by(Each(each))
    }

    /// The same, by what may hold events back: see the [guide](crate::_guide::copy#merging-two-events).
    pub fn transform_by(mut self, transform: impl Transform + 'a) -> Self {
        self.transform = Some(Box::new(transform));
        self
    }

    /// Says that another run follows this one, since the source is still written to: what the transform holds back at
    /// its end stays held back, as its other half may still come.
    pub fn open_ended(mut self) -> Self {
        self.open_ended = true;
        self
    }

    /// Calls this for each page of the source that is in the target.
    pub fn progress(mut self, watch: impl FnMut(&Copied) + Send + 'a) -> Self {
        self.watch = Box::new(watch);
        self
    }

    /// How often an append whose outcome is unknown is tried again.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.target.retry = retry;
        self
    }

    /// Copies up to the end of the source, as it finds it on getting there.
    ///
    /// Dropped on the way, it leaves the target as a killed process would: another run goes on.
    pub async fn run(mut self) -> Result<Copied, CopyError> {
        if self.is_same {
            return Err(CopyError::SameStore);
        }
        if let Some(category) = self.twice {
            return Err(CopyError::CategoryTwice(category));
        }
        self.go_through().await?;
        self.finish().await?;
        Ok(self.copied)
    }
}

impl fmt::Debug for Copying<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Copying")
            .field("copied", &self.copied)
            .finish_non_exhaustive()
    }
}
