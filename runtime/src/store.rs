//! The store contract: what a place that keeps events promises.

mod append;
mod open;
mod page;
mod read;

pub mod memory;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod queue;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod sql;
#[cfg(feature = "sqlite")]
pub mod sqlite;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod wake;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

pub use append::{Append, Appended, Known, MAX_BATCH_BYTES, MAX_BATCH_EVENTS, MAX_TEXT, NewEvent};
pub use open::open;
pub use page::{Page, PageBuilder, Span, StoredEvent};
pub use read::{Direction, Filter, Read, Scope};

use crate::error::{Refused, StoreError};
use crate::evolve::is_newer;
use crate::place::{Expected, Position, Revision};
use crate::stream::StreamName;

/// A future on the heap, which is what keeps [`Store`] usable as `dyn Store`.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A place that keeps events: five methods, and a contract that the conformance suite proves.
///
/// ```
/// use std::sync::Arc;
/// use factum::{Memory, Position, Store};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), factum::StoreError> {
/// let store: Arc<dyn Store> = Arc::new(Memory::new());
/// assert_eq!(store.head().await?, None::<Position>);
/// # Ok(()) }
/// ```
///
/// The contract, whose rules are the cases of the suite; [which store keeps which](crate::_guide::guarantees), and
/// [how to write one](crate::_guide::stores):
///
/// 1. A batch is stored whole or not at all, and no reader ever sees a part of it, other than by the end of a
///    page.
/// 2. Exactly one of several writers that expect the same revision wins; each other gets a conflict that
///    says what is there.
/// 3. An event id is stored once per stream. Ids are looked at before what is expected: all known,
///    contiguous, in order and equal give their places, whatever is expected; some known and some new, or
///    equal ids with other content, are refused. Equal means name, version, codec and payload as sent;
///    metadata is not compared.
/// 4. What is acknowledged survives what `durability` declares.
/// 5. When the outcome cannot be known, the error says so, and a retry with the same ids settles it.
/// 6. Positions follow commit order: a reader that has seen a position will never be shown a new event at
///    or before it.
/// 7. Reads come in pages of bounded memory, forward or backward, from any revision or position, filtered
///    by stream, category or event name; a filtered reader's cursor still advances.
/// 8. A cancelled future leaves nothing half done and no connection unusable.
/// 9. A value is stored bit for bit, or refused before anything is written.
/// 10. After a delete, `NoStream` is accepted, revisions go on from where they were, and readers of all no
///     longer see the stream's events; nor does anything of them come back, such as a snapshot that was on
///     its way.
/// 11. Every row keeps its codec's name, its index and its tenant.
///
/// Methods take what they need by value: the work is done elsewhere, by a task or a thread that the store
/// owns, and the caller only waits. What takes some microseconds may be done on the spot.
pub trait Store: Send + Sync + 'static {
    /// Stores a batch at the end of one stream, if the stream is what the writer expects.
    fn append(&self, append: Append) -> BoxFuture<'_, Result<Appended, StoreError>>;

    /// Reads one page, and the place to go on from.
    fn read(&self, read: Read) -> BoxFuture<'_, Result<Page, StoreError>>;

    /// The highest position that was ever given out, whether its event is still there or not.
    fn head(&self) -> BoxFuture<'_, Result<Option<Position>, StoreError>>;

    /// Returns when there may be something after `after`, or when the time is up; a hint, never a proof.
    fn wait(
        &self,
        after: Option<Position>,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<(), StoreError>>;

    /// What an acknowledged append survives.
    fn durability(&self) -> Durability;

    /// Where snapshots are kept, if this store keeps any.
    fn snapshots(&self) -> Option<&dyn Snapshots> {
        None
    }

    /// How streams are deleted, if this store deletes.
    fn deletes(&self) -> Option<&dyn Deletes> {
        None
    }
}

impl<S: Store + ?Sized> Store for Arc<S> {
    fn append(&self, append: Append) -> BoxFuture<'_, Result<Appended, StoreError>> {
        (**self).append(append)
    }

    fn read(&self, read: Read) -> BoxFuture<'_, Result<Page, StoreError>> {
        (**self).read(read)
    }

    fn head(&self) -> BoxFuture<'_, Result<Option<Position>, StoreError>> {
        (**self).head()
    }

    fn wait(
        &self,
        after: Option<Position>,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        (**self).wait(after, timeout)
    }

    fn durability(&self) -> Durability {
        (**self).durability()
    }

    fn snapshots(&self) -> Option<&dyn Snapshots> {
        (**self).snapshots()
    }

    fn deletes(&self) -> Option<&dyn Deletes> {
        (**self).deletes()
    }
}

/// What an acknowledged append survives, as the store read it from the settings in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Durability {
    /// The worst that may happen with nothing lost.
    pub survives: Survives,
    /// The settings it rests on, for a log line.
    pub settings: String,
}

impl fmt::Display for Durability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let survives = match self.survives {
            Survives::Nothing => "survives nothing: gone with the process",
            Survives::Process => "survives the end of the process, not a power cut",
            Survives::Machine => "survives the end of the process and a power cut",
        };
        write!(f, "{survives} ({})", self.settings)
    }
}

/// The worst that may happen with nothing acknowledged lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Survives {
    /// Events are gone with the process.
    Nothing,
    /// A killed process; a power cut or a crash of the system may lose the last events.
    Process,
    /// A power cut, as far as the disk keeps what it has confirmed.
    Machine,
}

/// Keeps one snapshot per stream: a cache, which may lose any of them at any time.
pub trait Snapshots: Send + Sync {
    /// The stream's snapshot, if there is one.
    fn load(&self, stream: StreamName)
    -> BoxFuture<'_, Result<Option<StoredSnapshot>, StoreError>>;

    /// Keeps a snapshot, if it is to be [kept](StoredSnapshot::is_kept) beside the stream as it is now and the
    /// snapshot that is there.
    fn save(&self, snapshot: StoredSnapshot) -> BoxFuture<'_, Result<(), StoreError>>;
}

/// A folded state as bytes, with all that decides whether it may be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSnapshot {
    /// The stream that was folded.
    pub stream: StreamName,
    /// The first revision that went in: another one means that the stream was deleted since.
    pub first: Revision,
    /// The last revision that went in.
    pub revision: Revision,
    /// The [`Aggregate::shape`](crate::Aggregate::shape) of the code that folded it.
    pub shape: u64,
    /// The codec's name.
    pub codec: String,
    /// The encoded state.
    pub state: Vec<u8>,
}

impl StoredSnapshot {
    /// The first and the last revision as they are stored, refused past what a store can keep.
    pub(in crate::store) fn places(&self) -> Result<(i64, i64), Refused> {
        let first = append::storable("the snapshot's first revision", self.first.get())?;
        let last = append::storable("the snapshot's revision", self.revision.get())?;
        Ok((first, last))
    }

    /// Whether a store should keep this one, of a stream that has events for `span`, and instead of the one that
    /// is there: only of the stream as it is now. One that is not gives way to any that is; it would be taken for
    /// one of the stream once that has grown past it.
    ///
    /// A later state replaces an earlier one. So does one of another shape, but not one of a shape that newer code has:
    /// the highest 16 bits of a [shape](crate::Aggregate::shape) count what only grows from release to release.
    pub fn is_kept(&self, span: Option<Span>, there: Option<&Self>) -> bool {
        // Not deleted since.
        let is_of = |it: &Self, span: Span| span.first == it.first && it.revision <= span.last;
        let current = |it: &Self| span.is_some_and(|span| is_of(it, span));
        let same_or_later = |it: &Self| it.shape == self.shape && it.revision >= self.revision;
        let stays = |it: &Self| same_or_later(it) || is_newer(it.shape, self.shape);
        current(self) && !there.is_some_and(|there| current(there) && stays(there))
    }
}

/// Deletes streams.
pub trait Deletes: Send + Sync {
    /// Deletes all events of a stream and its snapshot, if the stream is what the caller expects, and says
    /// how many there were.
    ///
    /// Their ids are forgotten too: a command that recorded them would be carried out again.
    fn delete(
        &self,
        stream: StreamName,
        expected: Expected,
    ) -> BoxFuture<'_, Result<u64, StoreError>>;
}
