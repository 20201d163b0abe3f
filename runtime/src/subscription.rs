//! Following a store: one loop of read and wait, above every store.

use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::stream::{self, Stream};

use crate::aggregate::{Aggregate, EventSet};
use crate::codec::{Codec, Json};
use crate::delivery::{Delivery, Stuck};
use crate::error::{CheckpointAheadOfStore, ReadError, Undecodable};
use crate::evolve::{OnUnknown, Unknown};
use crate::place::Position;
use crate::recorded::Recorded;
use crate::store::{Filter, Page, Read, Store};

/// How long one `wait` may take before the store is read again, whatever it says.
const WAIT: Duration = Duration::from_secs(5);

/// Follows the events of a set in the order of their positions, from a checkpoint on, for ever.
///
/// ```
/// use factum::{Memory, Repository, Subscription};
/// # use factum::{Aggregate, Apply, Event};
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
/// # #[event(name = "account.deposited")]
/// # pub struct Deposited { pub cents: u64 }
/// # #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
/// # #[aggregate(name = "account", id = String, events(Deposited))]
/// # pub struct Account { cents: u64 }
/// # impl Apply<Deposited> for Account {
/// #     fn apply(&mut self, event: &Deposited) { self.cents += event.cents }
/// # }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let store = Memory::new();
/// let accounts = Repository::<Account, _>::new(store.clone());
/// for cents in [5, 7] {
///     accounts.update(&"ada".to_owned(), |_| Ok::<_, String>(Deposited { cents })).await?;
/// }
///
/// let (mut total, mut checkpoint) = (0, None);
/// let mut events = Subscription::aggregate::<Account>(store).after(checkpoint);
/// while let Some(batch) = events.catch_up().await? {
///     for recorded in batch.iter() {
///         let AccountEvent::Deposited(deposited) = recorded?.event;
///         total += deposited.cents;
///     }
///     checkpoint = batch.checkpoint(); // keep it with the total, in one transaction
/// }
/// assert_eq!(total, 12);
/// # assert!(checkpoint.is_some());
/// # Ok(()) }
/// ```
///
/// - Events come at least once: whoever keeps the checkpoint in the same transaction as what it made of them
///   takes each in exactly once.
/// - A checkpoint past the store's end is an error, not an empty answer: the store was restored.
/// - An event that cannot be read is an error with its place. Whoever asks on gets it again, as the first of
///   the next batch, so that nothing is skipped by accident; the checkpoint to keep is that of the last batch
///   that was taken in whole.
pub struct Subscription<E, S, C = Json> {
    store: S,
    codec: Arc<C>,
    filter: Filter,
    limit: usize,
    unknown: Unknown,
    after: Option<Position>,
    started: bool,
    /// What became of the last batch that was handed out.
    last: Arc<Stuck>,
    set: PhantomData<fn() -> E>,
}

impl<E: EventSet, S: Store> Subscription<E, S> {
    /// All events of the set, by their stored names and the ones that they had before, whatever stream they are in.
    ///
    /// What goes by other names is not met at all, also an event that a newer build has another name for: list that as an
    /// alias before anyone writes it, or ask for whole aggregates.
    pub fn new(store: S) -> Self {
        Self::filtered(store, Filter::default().events::<E>())
    }

    /// All events of one kind of aggregate.
    ///
    /// An event in one of its streams that this build does not know is an error, since it may matter.
    pub fn aggregate<A: Aggregate<Event = E>>(store: S) -> Self {
        Self::filtered(store, Filter::default().aggregate::<A>())
    }

    /// All that this filter lets through, read as events of the set.
    ///
    /// ```
    /// use factum::store::Filter;
    /// use factum::{Aggregate, EventSet, OnUnknown, Store, Subscription};
    ///
    /// /// What a read model over two aggregates takes in, of all that either records.
    /// fn both<One: Aggregate, Other: Aggregate, E: EventSet, S: Store>(store: S) -> Subscription<E, S> {
    ///     let filter = Filter::default().aggregate::<One>().aggregate::<Other>();
    ///     Subscription::filtered(store, filter).on_unknown(OnUnknown::Skip)
    /// }
    /// ```
    ///
    /// What the set does not know is met where the filter names no events, and is an error or is counted, as
    /// [`OnUnknown`] says. A filter of names lets no other name through: what it holds back is neither.
    pub fn filtered(store: S, filter: Filter) -> Self {
        Self {
            store,
            codec: Arc::new(Json::default()),
            filter,
            limit: Read::LIMIT,
            unknown: Unknown::default(),
            after: None,
            started: false,
            last: Arc::default(),
            set: PhantomData,
        }
    }
}

impl<E: EventSet, S: Store, C: Codec> Subscription<E, S, C> {
    /// Starts behind this checkpoint; `None` starts at the beginning, and so does a subscription that is
    /// not told.
    pub fn after(mut self, checkpoint: Option<Position>) -> Self {
        self.after = checkpoint;
        self
    }

    /// Takes in at most this many events at a time.
    pub fn batch(mut self, events: usize) -> Self {
        self.limit = events;
        self
    }

    /// What to do with an event that this build does not know; a subscription that is not told fails.
    pub fn on_unknown(mut self, policy: OnUnknown) -> Self {
        self.unknown.policy = policy;
        self
    }

    /// Decodes with another codec.
    pub fn codec<D: Codec>(self, codec: D) -> Subscription<E, S, D> {
        Subscription {
            store: self.store,
            codec: Arc::new(codec),
            filter: self.filter,
            limit: self.limit,
            unknown: self.unknown,
            after: self.after,
            started: self.started,
            last: self.last,
            set: PhantomData,
        }
    }

    /// The end of the last batch that was handed out.
    pub fn checkpoint(&self) -> Option<Position> {
        self.after
    }

    /// The next batch, or `None` when everything that was there has been handed out.
    pub async fn catch_up(&mut self) -> Result<Option<Batch<E, C>>, ReadError> {
        if !self.started {
            self.check_start().await?;
            self.started = true;
        }
        if let Some(behind) = self.last.behind.get() {
            self.after = *behind;
        }
        let read = Read::all(self.after).limit(self.limit);
        let page = self.store.read(read.filter(self.filter.clone())).await?;
        let checkpoint = page.position();
        if checkpoint == self.after {
            return Ok(None);
        }
        self.last = Arc::new(Stuck {
            from: std::mem::replace(&mut self.after, checkpoint),
            behind: OnceLock::new(),
        });
        Ok(Some(Batch {
            page,
            codec: Arc::clone(&self.codec),
            unknown: self.unknown.clone(),
            stuck: Arc::clone(&self.last),
            set: PhantomData,
        }))
    }

    /// The next batch, waiting for one if need be.
    ///
    /// A batch without events has moved the checkpoint past events that the filter held back. Dropping the
    /// future loses nothing.
    pub async fn next(&mut self) -> Result<Batch<E, C>, ReadError> {
        loop {
            if let Some(batch) = self.catch_up().await? {
                return Ok(batch);
            }
            self.store.wait(self.after, WAIT).await?;
        }
    }

    /// The events one by one, as a stream that ends only with an error.
    ///
    /// For throughput, and for a checkpoint, take batches instead. What [`OnUnknown::Skip`] leaves out is counted by
    /// [`left_out`](Self::left_out).
    pub fn into_stream(self) -> impl Stream<Item = Result<Recorded<E>, ReadError>> + Send {
        stream::try_unfold(
            (self, Vec::<Result<_, Box<Undecodable>>>::new().into_iter()),
            |(mut events, mut ready)| async move {
                loop {
                    if let Some(next) = ready.next() {
                        return Ok(Some((next?, (events, ready))));
                    }
                    let batch = events.next().await?;
                    ready = batch.iter().collect::<Vec<_>>().into_iter();
                    events.unknown.count(batch.skipped());
                }
            },
        )
    }

    /// Counts what the stream that this becomes leaves out, as [`OnUnknown::Skip`] asks for, while it is read.
    pub fn left_out(&self) -> Arc<AtomicU64> {
        self.unknown.counter()
    }

    async fn check_start(&self) -> Result<(), ReadError> {
        let Some(checkpoint) = self.after else {
            return Ok(());
        };
        let head = self.store.head().await?;
        if head.is_some_and(|head| checkpoint <= head) {
            return Ok(());
        }
        Err(CheckpointAheadOfStore { checkpoint, head }.into())
    }
}

impl<E, S, C> fmt::Debug for Subscription<E, S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("filter", &self.filter)
            .field("after", &self.after)
            .finish_non_exhaustive()
    }
}

/// A page of a subscription: events to take in together, and the checkpoint behind them.
#[derive(Debug)]
pub struct Batch<E, C = Json> {
    page: Page,
    codec: Arc<C>,
    unknown: Unknown,
    stuck: Arc<Stuck>,
    set: PhantomData<fn() -> E>,
}

impl<E: EventSet, C: Codec> Batch<E, C> {
    /// The events, decoded as they are asked for, straight from the page.
    pub fn iter(&self) -> Delivery<'_, E, C> {
        let (page, all) = (&self.page, 0..self.page.len());
        Delivery::new(page, &*self.codec, all, Some(&self.stuck)).on_unknown(self.unknown.policy)
    }

    /// How many events are left out, as [`OnUnknown::Skip`] asks for: up to one that cannot be read, once it was met.
    pub fn skipped(&self) -> usize {
        self.unknown.skipped::<E>(&self.page, &self.stuck)
    }

    /// What to keep together with what was made of the events, once all of them could be read.
    pub fn checkpoint(&self) -> Option<Position> {
        self.page.position()
    }

    /// How many events were stored; one that is read as several counts as one.
    pub fn len(&self) -> usize {
        self.page.len()
    }

    /// Whether it only moves the checkpoint.
    pub fn is_empty(&self) -> bool {
        self.page.is_empty()
    }
}

impl<'a, E: EventSet, C: Codec> IntoIterator for &'a Batch<E, C> {
    type Item = <Delivery<'a, E, C> as Iterator>::Item;
    type IntoIter = Delivery<'a, E, C>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
