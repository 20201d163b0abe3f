//! A server that many processes share: group commit in each of them, positions in commit order.

mod address;
mod alarm;
mod append;
mod blocker;
mod builder;
mod connect;
mod delete;
mod desk;
mod errors;
mod fit;
mod kept;
mod loads;
mod names;
mod notices;
mod pace;
mod page;
mod payload;
mod pool;
mod readers;
mod row;
mod schema;
mod server;
mod shifts;
mod snapshots;
mod sql;
#[cfg(feature = "postgres-tls")]
mod tls;
#[cfg(not(feature = "postgres-tls"))]
#[path = "postgres/no_tls.rs"]
mod tls;
mod together;
mod value;
mod writer;

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

pub use builder::Builder;
/// The pool, for one that is shared with the rest of a program.
pub use deadpool_postgres;
pub use payload::Payloads;
/// The driver, for read models that live in the same database.
pub use tokio_postgres;
/// TLS, for a configuration of the program's own.
#[cfg(feature = "postgres-tls")]
pub use tokio_rustls::rustls;

use self::notices::Notices;
use self::pool::{Connection, Connections};
use self::readers::Readers;
use self::writer::Writer;
use super::wake::Wake;
use super::{
    Append, Appended, BoxFuture, Deletes, Durability, Page, Read, Snapshots, Store, StoredSnapshot,
};
use crate::error::StoreError;
use crate::place::{Expected, Position};
use crate::stream::StreamName;

/// Keeps events in one schema of a PostgreSQL database, which many processes may share.
///
/// ```no_run
/// use factum::{Postgres, Store};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let store = Postgres::builder("postgres://bank:secret@localhost/bank").migrate().open().await?;
/// println!("{}", store.durability());
/// # Ok(()) }
/// ```
///
/// - Clones share the connections. Appends that arrive while others are being stored share one statement, and so one
///   commit; each keeps its own expectation and its own outcome. Nobody waits for a group to fill.
/// - A position is given out under a lock that is held until the commit and that no client holds: positions follow commit
///   order, without gaps, also past a dump and a restore.
/// - Streams that many load at once share a statement too, and a few such statements are on their way at once. Whoever
///   reads alone, and whoever reads everything, has a connection for that.
/// - A page of a stream is one statement in one round trip, and so is a page of everything, with another one for the
///   names of streams that did not come up before. An append that finds its stream as it expects is one round trip;
///   another one takes a second. No transaction is open between two messages.
/// - TLS, limits of time, rights, `LISTEN` and all else that concerns the server: [the guide](crate::_guide::postgres).
/// - It runs on tokio, and the tasks that append and load end with the runtime that opened the store: open it again
///   then.
#[derive(Debug, Clone)]
pub struct Postgres {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    connections: Connections,
    writer: Writer,
    readers: Readers,
    wake: Arc<Wake>,
    _notices: Option<Notices>,
    durability: Durability,
}

impl Postgres {
    /// Opens the store at this address, whose schema has to be there, with the defaults of [`Postgres::builder`].
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Self::builder(url).open().await
    }

    /// Starts to describe how a store is opened.
    pub fn builder(url: &str) -> Builder {
        Builder::new(url)
    }

    /// The same, over the connections of a pool that the program has. Its sessions should plan by index, as those of
    /// the store do: `jit=off`, `enable_seqscan=off`, `plan_cache_mode=force_generic_plan`.
    pub fn on(pool: deadpool_postgres::Pool) -> Builder {
        Builder::pool(pool)
    }

    /// The statements that create a schema of this name, for those who migrate by hand.
    ///
    /// ```
    /// let sql = factum::Postgres::migration("bank");
    /// assert!(sql.contains("CREATE TABLE \"bank\".events ("));
    /// ```
    pub fn migration(schema: &str) -> String {
        Self::migration_with(schema, Payloads::Bytes)
    }

    /// The same for a schema that keeps payloads as this.
    pub fn migration_with(schema: &str, payloads: Payloads) -> String {
        schema::steps(&sql::quoted(schema), false, 0, payloads)
    }

    /// The statements that let a role use the store in a schema, and do nothing else there.
    ///
    /// ```
    /// let sql = factum::Postgres::grants("bank", "teller");
    /// assert!(sql.contains("GRANT USAGE ON SCHEMA \"bank\" TO \"teller\""));
    /// ```
    pub fn grants(schema: &str, role: &str) -> String {
        schema::grants(&sql::quoted(schema), &sql::quoted(role))
    }

    /// The statements that make the events of a store a table that is partitioned by position, for its owner to run
    /// once, right after the migration or later; then [grant](Self::grants) the rights to it again, and make views of it
    /// anew.
    ///
    /// ```
    /// use factum::Postgres;
    ///
    /// let sql = Postgres::partitioning("bank") + &Postgres::partition("bank", 1..10_000_001);
    /// assert!(sql.contains("PARTITION BY RANGE (position)"));
    /// ```
    ///
    /// - What is stored stays where it is, and becomes the first partition. Events that have none lie in the partition
    ///   for the rest.
    /// - That a stream's ids and revisions are unique is kept by `append`, which looks for both under the store's lock,
    ///   and no longer by an index as well.
    /// - A partition that is taken away tears the streams that have events in it.
    pub fn partitioning(schema: &str) -> String {
        schema::partitioning(&sql::quoted(schema))
    }

    /// The statements that make a view, `readable`, of a store's events with payloads and metadata as text, for people
    /// and their tools.
    ///
    /// ```
    /// let sql = factum::Postgres::readable("bank") + r#"GRANT SELECT ON "bank".readable TO analyst;"#;
    /// assert!(sql.contains(r#"CREATE OR REPLACE VIEW "bank".readable"#));
    /// ```
    ///
    /// The table keeps what was sent, which `jsonb` would not. A payload that is no text is null in the view.
    pub fn readable(schema: &str) -> String {
        schema::readable(&sql::quoted(schema))
    }

    /// The statement that makes a partition for the events at these positions, which have to be yet to come: make each
    /// one well before it is needed.
    pub fn partition(schema: &str, positions: Range<u64>) -> String {
        schema::partition(&sql::quoted(schema), &positions)
    }

    async fn newest(&self) -> Result<Option<Position>, StoreError> {
        let ask = |connection: Connection| async move { server::head(&connection).await };
        Ok(self.inner.connections.ask(ask).await?)
    }
}

impl Store for Postgres {
    fn append(&self, append: Append) -> BoxFuture<'_, Result<Appended, StoreError>> {
        Box::pin(self.inner.writer.append(append))
    }

    fn read(&self, read: Read) -> BoxFuture<'_, Result<Page, StoreError>> {
        Box::pin(self.inner.readers.read(read))
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

impl Snapshots for Postgres {
    fn load(
        &self,
        stream: StreamName,
    ) -> BoxFuture<'_, Result<Option<StoredSnapshot>, StoreError>> {
        Box::pin(async move { self.load_snapshot(&stream).await })
    }

    fn save(&self, snapshot: StoredSnapshot) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.save_snapshot(snapshot))
    }
}

impl Deletes for Postgres {
    fn delete(
        &self,
        stream: StreamName,
        expected: Expected,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(self.inner.writer.delete(stream, expected))
    }
}
