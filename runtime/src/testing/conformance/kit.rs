//! What the suite has to be told of a store before it can put it to the test.

use std::fmt;

use crate::store::{BoxFuture, Store};
use crate::stream::StreamName;

/// Opens the stores that the cases run on; see [`conformance`](crate::testing::conformance).
pub trait Kit: Send + Sync + 'static {
    /// The store under test.
    type Store: Store + Clone;

    /// A store with nothing in it, of its own for each case.
    fn open(&self) -> impl Future<Output = Self::Store> + Send;

    /// Ends the store as the end of its process would, and opens what is left of it; `None` if it
    /// declares to survive nothing.
    fn reopen(&self, store: Self::Store) -> impl Future<Output = Option<Self::Store>> + Send;

    /// Another store on the same data, as a second process would open it; a clone, where no other process can.
    fn beside(&self, store: &Self::Store) -> impl Future<Output = Self::Store> + Send {
        std::future::ready(store.clone())
    }

    /// How a commit is held up: where the store can be made to, the next append to this stream.
    fn commits(
        &self,
        store: &Self::Store,
        stream: &StreamName,
    ) -> impl Future<Output = Commits> + Send;
}

/// How the commits of a store come about, which decides how a case on their order puts them to the test.
pub enum Commits {
    /// Whoever is given a position holds a lock from before that until readers see the events: there is no moment to
    /// stop a writer at in which another one could overtake it.
    OneByOne,
    /// The next append to the stream stops after it was given its positions and before readers see its events.
    Delayed(Box<dyn Delay>),
}

impl fmt::Debug for Commits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OneByOne => "OneByOne",
            Self::Delayed(_) => "Delayed",
        })
    }
}

/// A barrier in front of a commit.
pub trait Delay: Send + Sync {
    /// Returns once so many appends stand still: the one that was stopped, and those that wait for it.
    fn reached(&self, appends: usize) -> BoxFuture<'_, ()>;

    /// Lets the append that was stopped go on.
    fn release(&self) -> BoxFuture<'_, ()>;
}
