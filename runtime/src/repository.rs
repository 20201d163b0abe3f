//! Load, decide, append: the one way in which anything is recorded.

mod attempt;
mod baseline;
mod encode;
mod failure;
mod history;
mod outcome;
mod repeat;

use std::num::NonZeroU64;
use std::sync::Arc;

use crate::aggregate::{Aggregate, IntoEvents, collected};
use crate::clock::{Clock, Ids, SystemClock};
use crate::codec::{Codec, Json};
use crate::command::{Command, Handle};
use crate::context::Context;
use crate::error::{EncodeError, ReadError, Unencodable};
use crate::evolve::Snapshot;
use crate::recorded::CommandStamp;
use crate::retry::Retry;
use crate::store::{BoxFuture, Store};
use crate::stream::{StreamId, StreamName};

use attempt::Request;
use baseline::Cache;
pub use failure::{ExecuteError, Pending, SettleError};
pub use history::AsOf;
pub use outcome::{Done, Loaded};

/// Loads aggregates from a store, lets them decide, and records what they decide.
///
/// ```
/// use factum::{Aggregate, Apply, Event, ExecuteError, Memory, Repository};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
/// #[event(name = "account.deposited")]
/// pub struct Deposited { pub cents: u64 }
///
/// #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
/// #[aggregate(name = "account", id = String, events(Deposited))]
/// pub struct Account { cents: u64 }
///
/// impl Apply<Deposited> for Account {
///     fn apply(&mut self, event: &Deposited) { self.cents += event.cents }
/// }
///
/// impl Account {
///     fn deposit(&self, cents: u64) -> Result<Deposited, &'static str> {
///         if cents == 0 { Err("nothing to deposit") } else { Ok(Deposited { cents }) }
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let accounts = Repository::<Account, _>::new(Memory::new());
/// let ada = "ada".to_owned();
///
/// let done = accounts.update(&ada, |account| account.deposit(500)).await?;
/// assert_eq!(done.state.cents, 500);
///
/// let rejected = accounts.update(&ada, |account| account.deposit(0)).await.unwrap_err();
/// assert!(matches!(rejected, ExecuteError::Rejected("nothing to deposit")));
/// assert_eq!(accounts.load(&ada).await?.state.cents, 500);
/// # Ok(()) }
/// ```
///
/// - A decision is made on the newest state, or not recorded: the append expects the revision that was
///   decided on. After a conflict the news is read and the decision is made again, within [`Retry`].
/// - When it cannot be known whether an append arrived, the same events are appended again; see
///   [`ExecuteError::Unsettled`] for the case that this does not settle it.
/// - A request with a [`CommandId`](crate::CommandId) is carried out once: later ones get the first one's
///   events, and the state behind them, with nothing decided. Only what was recorded is remembered: a
///   rejection, or a success with no events, is decided again.
/// - States are kept in a bounded cache, which saves reading but decides nothing.
///
/// Clones share the cache.
#[derive(Debug, Clone)]
pub struct Repository<A: Aggregate, S, C = Json> {
    store: S,
    codec: C,
    clock: Arc<dyn Clock>,
    /// Others than [`UuidV7`], for which no task has to step a counter that all share.
    ids: Option<Arc<dyn Ids>>,
    retry: Retry,
    cache: Cache<A>,
    snapshot_every: Option<NonZeroU64>,
    verify_snapshots: bool,
    verify: bool,
}

impl<A: Aggregate, S: Store> Repository<A, S> {
    /// The aggregates of type `A` in this store, encoded as [`Json`].
    pub fn new(store: S) -> Self {
        Self::with_codec(store, Json::default())
    }
}

impl<A: Aggregate, S: Store, C: Codec> Repository<A, S, C> {
    /// The aggregates of type `A` in this store, encoded by this codec.
    pub fn with_codec(store: S, codec: C) -> Self {
        Self {
            store,
            codec,
            clock: Arc::new(SystemClock),
            ids: None,
            retry: Retry::default(),
            cache: Cache::new(1000),
            snapshot_every: None,
            verify_snapshots: false,
            verify: cfg!(debug_assertions),
        }
    }

    /// Takes the time from this clock.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Takes fresh ids from this source.
    pub fn ids(mut self, ids: impl Ids) -> Self {
        self.ids = Some(Arc::new(ids));
        self
    }

    /// Gives up on conflicts and unknown outcomes as this says.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Keeps the states of at most this many aggregates in memory; 0 keeps none. It is 1,000 otherwise.
    pub fn cache(mut self, states: usize) -> Self {
        self.cache = Cache::new(states);
        self
    }

    /// Takes a snapshot each time a stream has grown by this many events, where the store keeps any; 0 takes
    /// none, which is so otherwise.
    ///
    /// See [snapshots](crate::_guide::releases#snapshots).
    pub fn snapshot_every(mut self, events: u64) -> Self
    where
        A: Snapshot,
    {
        self.snapshot_every = NonZeroU64::new(events);
        self
    }

    /// Folds the events again wherever a snapshot is taken up, and refuses to load where they say something else:
    /// [`ReadError::SnapshotDiffers`]. For tests, or one process of many: it reads all that snapshots save.
    pub fn verify_snapshots(mut self, verify: bool) -> Self {
        self.verify_snapshots = verify;
        self
    }

    /// Whether each event is decoded again and compared before it is appended; so in debug builds unless
    /// this says otherwise.
    ///
    /// It finds types that serde writes and cannot read back, such as a `u128` behind `#[serde(tag = "..")]` or
    /// `flatten`, and fields that it skips. The generated tests find them too; turn it on where events hold types that
    /// those do not know.
    pub fn verify_writes(mut self, verify: bool) -> Self {
        self.verify = verify;
        self
    }

    /// The store.
    pub fn store(&self) -> &S {
        &self.store
    }

    /// Lets an aggregate decide, and records what it decides.
    ///
    /// The closure may run again: after a conflict, on newer state; or after it said no, or recorded nothing,
    /// on a state from the cache, which is then looked up.
    pub fn update<'a, T: IntoEvents<A::Event>, R: Send + 'a>(
        &'a self,
        id: &'a A::Id,
        mut decide: impl FnMut(&A) -> Result<T, R> + Send + 'a,
    ) -> BoxFuture<'a, Result<Done<A>, ExecuteError<R>>> {
        self.update_with(id, Context::new(), move |state, _| decide(state))
    }

    /// Lets an aggregate decide with a context: on whose behalf, caused by what, under which command id.
    pub fn update_with<'a, T: IntoEvents<A::Event>, R: Send + 'a>(
        &'a self,
        id: &'a A::Id,
        mut context: Context,
        mut decide: impl FnMut(&A, &Context) -> Result<T, R> + Send + 'a,
    ) -> BoxFuture<'a, Result<Done<A>, ExecuteError<R>>> {
        // Boxed, here and below: an opaque future carries the bounds of its function, and rustc would report
        // what a call has wrong at the name, at the call and at the `.await`.
        Box::pin(async move {
            let request = self.request(id, &mut context, CommandStamp::UPDATE, |_| Ok(()))?;
            let decide = |state: &A, context: &Context| decide(state, context).map(collected);
            self.carry_out(&request, decide).await
        })
    }

    /// Carries out a command: the same as [`update`](Self::update), with the request as data.
    pub fn execute<'a, Cmd: Command<Aggregate = A> + 'a, R: Send + 'a>(
        &'a self,
        command: Cmd,
    ) -> BoxFuture<'a, Result<Done<A>, ExecuteError<R>>>
    where
        A: Handle<Cmd, Error = R>,
    {
        self.execute_with(command, Context::new())
    }

    /// Carries out a command with a context; an id or a time that the context holds goes before the
    /// command's own.
    pub fn execute_with<'a, Cmd: Command<Aggregate = A> + 'a, R: Send + 'a>(
        &'a self,
        command: Cmd,
        mut context: Context,
    ) -> BoxFuture<'a, Result<Done<A>, ExecuteError<R>>>
    where
        A: Handle<Cmd, Error = R>,
    {
        Box::pin(async move {
            context.complete(command.command_id(), command.occurred_at());
            let encode = |out: &mut Vec<u8>| self.codec.encode(&command, out);
            let request = self.request(command.target(), &mut context, Cmd::NAME, encode)?;
            let decide =
                |state: &A, context: &Context| state.handle(&command, context).map(collected);
            self.carry_out(&request, decide).await
        })
    }

    fn request<'c, R>(
        &self,
        id: &A::Id,
        context: &'c mut Context,
        name: &'static str,
        encode: impl FnOnce(&mut Vec<u8>) -> Result<(), EncodeError>,
    ) -> Result<Request<'c>, ExecuteError<R>> {
        context.carry_out_by(&*self.clock, self.ids.clone());
        let stamp = |id| {
            let mut bytes = Vec::new();
            encode(&mut bytes).map_err(Unencodable::of(name))?;
            Ok::<_, Unencodable>(CommandStamp::new(id, name, &bytes))
        };
        Ok(Request {
            first_id: context.correlate(Context::fresh_id),
            stamp: context.id().map(stamp).transpose()?,
            stream: stream_of::<A>(id)?,
            context,
        })
    }
}

fn stream_of<A: Aggregate>(id: &A::Id) -> Result<StreamName, ReadError> {
    Ok(id.stream(A::NAME)?)
}
