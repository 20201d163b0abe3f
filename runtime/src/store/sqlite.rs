//! The embedded store: one file, a write-ahead log, group commit.

mod append;
mod builder;
mod connection;
mod desk;
mod errors;
mod names;
mod page;
mod query;
mod reader;
mod row;
mod schema;
mod snapshots;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub use builder::{Builder, Synchronous};
/// The driver, for read models that live in the same file.
pub use rusqlite;

use self::errors::unavailable;
use self::page::AtMost;
use self::reader::{Reader, Readers};
use self::snapshots::Delete;
use self::writer::{Ended, Writer};
use super::wake::Wake;
use super::{
    Append, Appended, BoxFuture, Deletes, Durability, Page, Read, Snapshots, Store, StoredSnapshot,
};
use crate::error::{StoreError, Unavailable, UnavailableCause};
use crate::place::{Expected, Position};
use crate::stream::StreamName;

/// How long closing may wait for reads to end, and then for `-wal` to be written back.
const CLOSING: Duration = Duration::from_secs(30);

/// Keeps events in one SQLite file, which survives power cuts and which several processes may share.
///
/// ```
/// use factum::store::{Append, NewEvent};
/// use factum::{EventId, Expected, Sqlite, Store, StreamName, Survives, Uuid};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("bank.db");
/// let store = Sqlite::open(&path).await?;
/// let stream = StreamName::new("account", "42")?;
/// let opened = NewEvent::json(EventId::new(Uuid::from_u128(1)), "account.opened", "{}");
/// store.append(Append::new(stream, Expected::NoStream, vec![opened])?).await?;
/// drop(store);
///
/// let store = Sqlite::open(&path).await?;
/// assert!(store.head().await?.is_some());
/// assert_eq!(store.durability().survives, Survives::Machine);
/// # Ok(()) }
/// ```
///
/// - Clones share the file. When the last one is dropped, what is still in the queue is stored, `-wal` is
///   written back into the file and the file is closed. The drop waits for that, mostly some milliseconds and at
///   most 5 seconds; [`close`](Sqlite::close) waits without blocking the thread.
/// - Appends that arrive while others are being stored share one transaction, and so one wait for the
///   disk; each keeps its own expectation and its own outcome. Nobody waits for a group to fill.
/// - Tables start with `factum_`; read models may lie in the same file, written through connections of
///   their own. Keep their transactions short: a file has one writer at a time.
/// - The file belongs on a local disk. Beside it lie `-wal` and `-shm` while it is open, and after a crash:
///   `-wal` holds acknowledged events. Never delete it or copy the file without it; copy with `VACUUM INTO` or
///   SQLite's backup, and restore a copy only while no process has the file open.
/// - It runs on tokio. A read of up to 128 events of a stream, or of up to 1,000 of everything, is done where it is
///   asked for, as is decoding them: that takes some microseconds, or up to half a millisecond. Opening, larger reads
///   and whatever has to wait go to threads that tokio keeps for that.
#[derive(Debug, Clone)]
pub struct Sqlite {
    inner: Arc<Inner>,
}

/// The readers are dropped before the writer, whose thread then closes the file's last connection, and that is
/// waited for.
#[derive(Debug)]
struct Inner {
    readers: Arc<Readers>,
    writer: Writer,
    ended: Ended,
    path: PathBuf,
    wake: Arc<Wake>,
    durability: Durability,
}

impl Sqlite {
    /// Opens the store in this file, which is created if there is none, with the defaults of
    /// [`Sqlite::builder`].
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::builder(path).open().await
    }

    /// Starts to describe how a file is opened.
    pub fn builder(path: impl AsRef<Path>) -> Builder {
        Builder::new(path.as_ref())
    }

    /// The file, from the root on, for connections of read models.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Closes the file, and returns when everything is in it; `-wal` is then gone, unless another process has the
    /// file open.
    ///
    /// ```
    /// use factum::Sqlite;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// let store = Sqlite::open(folder.path().join("bank.db")).await?;
    /// store.close().await?;
    /// # Ok(()) }
    /// ```
    ///
    /// Dropping the last clone does the same, but blocks the thread meanwhile, and does not say if the disk fails.
    /// Fails if other clones of the store are in use, which keep the file open, if `-wal` cannot be written
    /// back, or if it takes longer than a minute.
    pub async fn close(self) -> Result<(), StoreError> {
        let closed = |message| Unavailable::new(UnavailableCause::Closed, message);
        let Some(inner) = Arc::into_inner(self.inner) else {
            return Err(closed("the file stays open: clones of the store are still in use").into());
        };
        // What was given up is read to its end all the same, and keeps the file open for as long.
        let finished = tokio::time::timeout(CLOSING, inner.readers.finish());
        if finished.await.is_err() {
            return Err(closed("the file stays open until a read that was given up ends").into());
        }
        let close = move || {
            let Inner {
                readers,
                writer,
                ended,
                path,
                ..
            } = inner;
            drop((readers, writer));
            let ended = ended.wait(CLOSING);
            ended.map(|ended| ended.map_err(|error| not_written_back(&path, error)))
        };
        match tokio::task::spawn_blocking(close).await {
            Ok(Some(ended)) => Ok(ended?),
            Ok(None) | Err(_) => {
                Err(closed("the writer's thread is still closing the file").into())
            }
        }
    }

    async fn newest(&self) -> Result<Option<Position>, StoreError> {
        self.query(|reader, _| page::head(&reader.connection).map(Some))
            .await
    }

    /// Reads on the writer's connection what is little while that is idle, and the rest on a reader's.
    async fn query<T: Send + 'static>(
        &self,
        read: impl Fn(&Reader, AtMost) -> rusqlite::Result<Option<T>> + Send + 'static,
    ) -> Result<T, StoreError> {
        let little = |reader: &Reader| read(reader, AtMost::Little);
        match self.inner.writer.read(little) {
            Some(Ok(Some(outcome))) => Ok(outcome),
            // On the heap, since most reads need none of its room.
            Some(_) | None => Box::pin(self.inner.readers.run(read)).await,
        }
    }
}

/// The file is closed, and `-wal` is not superfluous.
fn not_written_back(path: &Path, error: rusqlite::Error) -> Unavailable {
    let failed = unavailable(path, error);
    let message = format!(
        "{}; it is closed, but `-wal` could not be written back and holds acknowledged events: keep both",
        failed.message
    );
    Unavailable { message, ..failed }
}

impl Store for Sqlite {
    fn append(&self, append: Append) -> BoxFuture<'_, Result<Appended, StoreError>> {
        Box::pin(self.inner.writer.ask(append))
    }

    fn read(&self, read: Read) -> BoxFuture<'_, Result<Page, StoreError>> {
        Box::pin(async move {
            let after = read.start()?;
            self.query(move |reader, at_most| page::read(reader, &read, after, at_most))
                .await
        })
    }

    fn head(&self) -> BoxFuture<'_, Result<Option<Position>, StoreError>> {
        Box::pin(self.newest())
    }

    fn wait(
        &self,
        after: Option<Position>,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.inner.wake.wait(after, timeout, || self.newest()))
    }

    fn durability(&self) -> Durability {
        self.inner.durability.clone()
    }

    fn snapshots(&self) -> Option<&dyn Snapshots> {
        Some(self)
    }

    fn deletes(&self) -> Option<&dyn Deletes> {
        Some(self)
    }
}

impl Snapshots for Sqlite {
    fn load(
        &self,
        stream: StreamName,
    ) -> BoxFuture<'_, Result<Option<StoredSnapshot>, StoreError>> {
        Box::pin(self.query(move |reader, at_most| match at_most {
            AtMost::Little | AtMost::Short => Ok(None),
            AtMost::Page => snapshots::load(&reader.connection, &stream).map(Some),
        }))
    }

    fn save(&self, snapshot: StoredSnapshot) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.inner.writer.ask(snapshot))
    }
}

impl Deletes for Sqlite {
    fn delete(
        &self,
        stream: StreamName,
        expected: Expected,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(self.inner.writer.ask(Delete { stream, expected }))
    }
}

#[cfg(test)]
mod tests {
    use super::{Path, not_written_back, rusqlite};

    #[test]
    fn a_log_that_could_not_be_written_back_is_to_be_kept() {
        let failed = not_written_back(Path::new("bank.db"), rusqlite::Error::InvalidQuery);
        assert!(
            failed.message.starts_with("`bank.db` could not be used; "),
            "{failed}"
        );
        assert!(
            failed.message.ends_with("acknowledged events: keep both"),
            "{failed}"
        );
    }
}
