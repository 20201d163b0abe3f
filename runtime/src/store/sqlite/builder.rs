//! How a file is opened.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::connection::{Settings, file};
use super::reader::Readers;
use super::writer::Writer;
use super::{Inner, Sqlite, page};
use crate::clock::{Clock, SystemClock};
use crate::error::{StoreError, Unavailable, UnavailableCause};
use crate::store::wake::Wake;

/// When a commit counts as done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Synchronous {
    /// When the disk has confirmed it: what is acknowledged survives a power cut.
    #[default]
    Full,
    /// When the system has taken it: a power cut may lose the last commits, a killed process none.
    Normal,
}

impl Synchronous {
    /// The pragma's number for it.
    pub(super) const fn level(self) -> i64 {
        match self {
            Self::Full => 2,
            Self::Normal => 1,
        }
    }
}

/// How a file is opened; see [`Sqlite::builder`].
///
/// ```
/// use std::time::Duration;
/// use factum::sqlite::Synchronous;
/// use factum::{Sqlite, Store, Survives};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("cache.db");
/// let store = Sqlite::builder(path)
///     .synchronous(Synchronous::Normal)
///     .busy_timeout(Duration::from_secs(1))
///     .open()
///     .await?;
/// assert_eq!(store.durability().survives, Survives::Process);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a builder opens nothing until `open` is called"]
pub struct Builder {
    path: PathBuf,
    synchronous: Synchronous,
    busy_timeout: Duration,
    max_pages: Option<u32>,
    readers: usize,
    clock: Arc<dyn Clock>,
    poll_interval: Duration,
    blocking: bool,
}

impl Builder {
    pub(super) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            synchronous: Synchronous::Full,
            busy_timeout: Duration::from_secs(5),
            max_pages: None,
            readers: 4,
            clock: Arc::new(SystemClock),
            poll_interval: Duration::from_millis(50),
            blocking: false,
        }
    }

    /// What an acknowledged append survives; [`Synchronous::Full`] unless said otherwise.
    pub fn synchronous(mut self, synchronous: Synchronous) -> Self {
        self.synchronous = synchronous;
        self
    }

    /// How long to wait for a lock that another connection holds; 5 seconds unless said otherwise.
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout;
        self
    }

    /// The most reads at once; 4 unless said otherwise, and at least 1.
    pub fn readers(mut self, count: usize) -> Self {
        self.readers = count;
        self
    }

    /// Where `recorded_at` comes from; the machine's clock unless said otherwise.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The most pages, of mostly 4 KiB, that the file may have; appends past it are answered with
    /// [`UnavailableCause::Full`]. It holds for this opening, and it cannot be less than the file has.
    pub fn max_pages(mut self, pages: u32) -> Self {
        self.max_pages = Some(pages);
        self
    }

    /// How often those who wait look for events of other processes; every 50 milliseconds unless said
    /// otherwise. Events of this process are seen at once.
    pub fn poll_interval(mut self, interval: Duration) -> Self {
        self.poll_interval = interval;
        self
    }

    /// Whether what is written waits for the disk on the thread that asks for it, as long as nobody else writes; it
    /// does not unless this says so.
    ///
    /// For programs that do one thing after the other, such as an import: that saves waking two threads for each
    /// append, and whatever else the thread has to do stands still meanwhile. Locks are waited for elsewhere.
    pub fn blocking(mut self, blocking: bool) -> Self {
        self.blocking = blocking;
        self
    }

    /// Opens the file, creates or migrates its tables, and starts the thread that writes.
    ///
    /// # Errors
    /// [`Unavailable`] with what is wrong and what to do: [`UnavailableCause::NotAStore`], [`UnavailableCause::NewerSchema`],
    /// [`UnavailableCause::Misconfigured`], [`UnavailableCause::ReadOnly`], [`UnavailableCause::Locked`], [`UnavailableCause::Full`] or [`UnavailableCause::Io`].
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub async fn open(self) -> Result<Sqlite, StoreError> {
        let opened = tokio::task::spawn_blocking(move || self.open_blocking()).await;
        Ok(opened.map_err(|error| {
            Unavailable::new(
                UnavailableCause::Closed,
                "the store was not opened; the runtime is shutting down",
            )
            .because(error)
        })??)
    }

    fn open_blocking(self) -> Result<Sqlite, Unavailable> {
        let path = file(&self.path)?;
        let settings = Settings {
            path: path.clone(),
            synchronous: self.synchronous,
            busy_timeout: self.busy_timeout,
            max_pages: self.max_pages,
        };
        let (connection, durability) = settings.open_writer()?;
        let head =
            page::head(&connection).map_err(|error| super::errors::unavailable(&path, error))?;
        let wake = Arc::new(Wake::new(head, self.poll_interval));
        let (writer, ended) = Writer::start(
            connection,
            settings.clone(),
            self.clock,
            Arc::clone(&wake),
            self.blocking,
        )?;
        Ok(Sqlite {
            inner: Arc::new(Inner {
                readers: Arc::new(Readers::new(settings, self.readers)),
                writer,
                ended,
                path,
                wake,
                durability,
            }),
        })
    }
}
