//! A store that fails on request, around one that does not.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::error::{StoreError, Unavailable, UnavailableCause, UnknownOutcome};
use crate::place::Position;
use crate::store::{
    Append, Appended, BoxFuture, Deletes, Durability, Page, Read, Snapshots, Store,
};

/// What becomes of one append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Nothing goes wrong.
    None,
    /// The events are stored, but the answer is lost: an unknown outcome.
    LostAnswer,
    /// The request is lost: an unknown outcome, with nothing stored.
    LostRequest,
    /// The store cannot serve, and nothing is stored.
    Unavailable(UnavailableCause),
}

/// A store whose next appends fail as planned; everything else goes through.
///
/// ```
/// use factum::testing::{Fault, Faulty};
/// use factum::{Memory, Repository, Retry};
/// # use factum::{Aggregate, Apply, Event};
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
/// # #[event(name = "account.opened")]
/// # pub struct Opened;
/// # #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
/// # #[aggregate(name = "account", id = String, events(Opened))]
/// # pub struct Account;
/// # impl Apply<Opened> for Account { fn apply(&mut self, _: &Opened) {} }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let store = Faulty::new(Memory::new());
/// let accounts = Repository::<Account, _>::new(store.clone());
/// store.plan([Fault::LostAnswer, Fault::LostRequest]);
/// let done = accounts.update(&"ada".to_owned(), |_| Ok::<_, String>(Opened)).await?;
/// assert_eq!(done.events.len(), 1);
/// assert_eq!(store.appends(), 3);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Faulty<S> {
    inner: S,
    plan: Arc<Mutex<Plan>>,
}

#[derive(Debug, Default)]
struct Plan {
    faults: VecDeque<Fault>,
    appends: usize,
    reads: usize,
    events_read: usize,
}

impl<S> Faulty<S> {
    /// A store with nothing planned.
    pub fn new(inner: S) -> Self {
        Self {
            inner,
            plan: Arc::default(),
        }
    }

    /// Lets the next appends, in order, end like this.
    pub fn plan(&self, faults: impl IntoIterator<Item = Fault>) {
        self.with(|plan| plan.faults.extend(faults));
    }

    /// How many appends were asked for.
    pub fn appends(&self) -> usize {
        self.with(|plan| plan.appends)
    }

    /// How many pages were asked for.
    pub fn reads(&self) -> usize {
        self.with(|plan| plan.reads)
    }

    /// How many events were read.
    pub fn events_read(&self) -> usize {
        self.with(|plan| plan.events_read)
    }

    fn with<T>(&self, use_plan: impl FnOnce(&mut Plan) -> T) -> T {
        use_plan(&mut self.plan.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn unknown(what: &str) -> StoreError {
    UnknownOutcome {
        reason: what.into(),
    }
    .into()
}

impl<S: Store> Store for Faulty<S> {
    fn append(&self, append: Append) -> BoxFuture<'_, Result<Appended, StoreError>> {
        let fault = self.with(|plan| {
            plan.appends += 1;
            plan.faults.pop_front().unwrap_or(Fault::None)
        });
        Box::pin(async move {
            match fault {
                Fault::None => self.inner.append(append).await,
                Fault::LostAnswer => {
                    self.inner.append(append).await?;
                    Err(unknown("the answer was lost, as planned"))
                }
                Fault::LostRequest => Err(unknown("the request was lost, as planned")),
                Fault::Unavailable(cause) => Err(Unavailable::new(cause, "as planned").into()),
            }
        })
    }

    fn read(&self, read: Read) -> BoxFuture<'_, Result<Page, StoreError>> {
        Box::pin(async move {
            let page = self.inner.read(read).await?;
            self.with(|plan| {
                plan.reads += 1;
                plan.events_read += page.len();
            });
            Ok(page)
        })
    }

    fn head(&self) -> BoxFuture<'_, Result<Option<Position>, StoreError>> {
        self.inner.head()
    }

    fn wait(
        &self,
        after: Option<Position>,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        self.inner.wait(after, timeout)
    }

    fn durability(&self) -> Durability {
        self.inner.durability()
    }

    fn snapshots(&self) -> Option<&dyn Snapshots> {
        self.inner.snapshots()
    }

    fn deletes(&self) -> Option<&dyn Deletes> {
        self.inner.deletes()
    }
}
