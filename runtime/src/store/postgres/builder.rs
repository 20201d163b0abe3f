//! How a store on a server is opened.

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::Pool;
use tokio::sync::mpsc;

use super::address::{Address, Mode, Security};
use super::connect::Door;
use super::desk::Desk;
use super::errors::misconfigured;
use super::kept::Shelf;
use super::notices::Notices;
use super::pace::Pace;
use super::payload::Payloads;
use super::pool::Connections;
use super::readers::Readers;
use super::schema;
use super::server;
use super::sql::Sql;
use super::tls::{self, Connector};
use super::together::Together;
use super::writer::Writer;
use super::{Inner, Postgres};
use crate::clock::{Clock, SystemClock};
use crate::error::{StoreError, Unavailable};
use crate::store::queue;
use crate::store::wake::Wake;

/// How a store on a server is opened; see [`Postgres::builder`].
#[derive(Debug, Clone)]
#[must_use = "a builder opens nothing until `open` is called"]
pub struct Builder {
    source: Source,
    schema: String,
    migrates: bool,
    payloads: Option<Payloads>,
    connections: usize,
    clock: Arc<dyn Clock>,
    poll_interval: Duration,
    timeout: Duration,
    notifies: bool,
    tls: Option<Connector>,
}

/// Where connections come from.
#[derive(Debug, Clone)]
enum Source {
    Url(String),
    Pool(Pool),
}

impl Builder {
    pub(super) fn new(url: &str) -> Self {
        Self::of(Source::Url(url.to_owned()))
    }

    pub(super) fn pool(pool: Pool) -> Self {
        Self::of(Source::Pool(pool))
    }

    fn of(source: Source) -> Self {
        Self {
            source,
            schema: "factum".to_owned(),
            migrates: false,
            payloads: None,
            connections: 8,
            clock: Arc::new(SystemClock),
            poll_interval: Duration::from_millis(50),
            timeout: Duration::from_secs(30),
            notifies: false,
            tls: None,
        }
    }

    /// The schema of the store's tables, any name of 1 to 63 bytes; `factum` unless said otherwise.
    pub fn schema(mut self, name: impl Into<String>) -> Self {
        self.schema = name.into();
        self
    }

    /// Creates the schema, or brings it to this build's version, where that is needed; it is refused otherwise.
    ///
    /// Several processes may do so at once. One that has to wait for longer than [`timeout`](Self::timeout), for another
    /// one or for an answer, is given up as a whole.
    pub fn migrate(mut self) -> Self {
        self.migrates = true;
        self
    }

    /// What a schema keeps payloads as, [`Payloads::Bytes`] where it is created and nothing is said; a schema that keeps
    /// them otherwise is refused then.
    pub fn payloads(mut self, payloads: Payloads) -> Self {
        self.payloads = Some(payloads);
        self
    }

    /// The most connections of this store, one of which appends; 8 unless said otherwise, and at least 2. A pool that
    /// was given has its own limit.
    pub fn connections(mut self, count: usize) -> Self {
        self.connections = count.max(2);
        self
    }

    /// Where `recorded_at` comes from; the machine's clock unless said otherwise.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// How often those who wait look for events of other processes; every 50 milliseconds unless said otherwise.
    /// Events of this process are seen at once.
    pub fn poll_interval(mut self, interval: Duration) -> Self {
        self.poll_interval = interval;
        self
    }

    /// Whether this store tells others of what it appends, and hears of theirs, by `NOTIFY` and `LISTEN`; not unless
    /// said otherwise.
    ///
    /// - It takes one more connection. Appends do not wait for it: word goes out behind them, at most a hundred times a
    ///   second, since the server gives out one at a time for all of its databases.
    /// - It is a hint. What it misses is found after [`poll_interval`](Self::poll_interval) at the latest, which may be
    ///   seconds then, if all who append to the schema notify.
    /// - It needs a session: neither a pool that was given nor a pooler that shares sessions between transactions has one.
    pub fn notify(mut self, notifies: bool) -> Self {
        self.notifies = notifies;
        self
    }

    /// How long a connection is waited for, and then an answer; 30 seconds unless said otherwise. An append or a delete
    /// that has waited for its turn for so long is not sent.
    ///
    /// The server is told to give up a little earlier, so that mostly its own answer comes: nothing was stored. Limits
    /// that the address sets in `options` stay as they are, and so does what a pool of the program's own is set to.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Connects over TLS as this configuration says, whatever a connection string could say of it; the server then
    /// has to do TLS. A pool that was given has its own.
    #[cfg(feature = "postgres-tls")]
    pub fn tls(mut self, config: impl Into<Arc<super::rustls::ClientConfig>>) -> Self {
        self.tls = Some(Connector(config.into()));
        self
    }

    /// Connects, and looks at the schema.
    ///
    /// # Errors
    /// [`Unavailable`] with what is wrong and what to do, and of its [causes](crate::UnavailableCause) `OlderSchema`,
    /// `NewerSchema`, `NotAStore`, `Misconfigured`, `Io` or `Locked`.
    pub async fn open(self) -> Result<Postgres, StoreError> {
        if self.schema.is_empty() || self.schema.len() > 63 || self.schema.contains('\0') {
            return Err(
                misconfigured("the schema's name needs 1 to 63 bytes, without U+0000").into(),
            );
        }
        let (pool, door) = self.connect()?;
        if pool.status().max_size < 2 {
            return Err(misconfigured(
                "a store needs two connections, one of which appends: let the pool have more than one",
            )
            .into());
        }
        if self.notifies && door.is_none() {
            return Err(misconfigured(
                "a pool has no connection to listen with: give the address to `Postgres::builder`, or leave out `notify`",
            )
            .into());
        }
        let connections = Connections {
            shelf: Shelf::default(),
            pool,
            pace: door
                .as_ref()
                .map_or_else(Pace::new, |door| door.pace.clone()),
            sql: Arc::new(Sql::new(&self.schema)),
            timeout: self.timeout,
        };
        let connection = connections.get().await?;
        if self.migrates {
            let payloads = self.payloads.unwrap_or(Payloads::Bytes);
            schema::migrate(&connections, &connection, &self.schema, payloads).await?;
        }
        schema::check(&connection, &self.schema).await?;
        let payloads = Payloads::found(&connection, self.payloads).await?;
        let together = Together::found(&connection, payloads).await?;
        let durability = server::durability(&connection).await?;
        let head = server::head(&connection)
            .await
            .map_err(|failed| failed.unavailable())?;
        drop(connection);
        let wake = Arc::new(Wake::new(head, self.poll_interval));
        let notices = door.filter(|_| self.notifies).map(|door| {
            let sql = Arc::clone(&connections.sql);
            Notices::start(door, &self.schema, sql, self.timeout, Arc::clone(&wake))
        });
        let appended = notices.as_ref().map(Notices::appended);
        let (queue, requests) = mpsc::channel(queue::QUEUE);
        let desk = Desk::new(
            requests,
            connections.clone(),
            self.clock,
            Arc::clone(&wake),
            appended,
            together,
        );
        Ok(Postgres {
            inner: Arc::new(Inner {
                writer: Writer::new(queue, desk, payloads),
                readers: Readers::start(connections.clone()),
                connections,
                _notices: notices,
                wake,
                durability,
            }),
        })
    }

    /// What is said of TLS, by the address or by a configuration, which then is all of it.
    fn connector(&self, said: &mut Security) -> Result<Connector, Unavailable> {
        said.check()?;
        let Some(own) = &self.tls else {
            return tls::connector(said);
        };
        said.mode.get_or_insert(Mode::Require);
        if *said != Security::of(Mode::Require) {
            return Err(misconfigured(
                "the configuration that `tls` was given decides on TLS: of it, the address may say `sslmode=require` alone",
            ));
        }
        Ok(Connector::clone(own))
    }

    /// The pool, and the way to the server where the program has not made the pool itself.
    fn connect(&self) -> Result<(Pool, Option<Door>), Unavailable> {
        let mut address: Address = match &self.source {
            Source::Pool(pool) => return Ok((pool.clone(), None)),
            Source::Url(url) => url.parse()?,
        };
        let tls = self.connector(&mut address.security)?;
        let door = Door::to(address, tls, self.timeout);
        Ok((door.pool(self.connections)?, Some(door)))
    }
}
