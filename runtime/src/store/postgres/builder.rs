//! How a store on a server is opened.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use tokio_postgres::{Config, NoTls};

use super::names::Names;
use super::pool::Connections;
use super::schema;
use super::server;
use super::sql::Sql;
use super::writer::Writer;
use super::{Inner, Postgres};
use crate::clock::{Clock, SystemClock};
use crate::error::{StoreError, Unavailable, UnavailableCause};
use crate::store::wake::Wake;

/// What the server is told of each session: the plans are fixed ones, by index.
const OPTIONS: &str = "-c jit=off -c enable_seqscan=off -c enable_bitmapscan=off -c plan_cache_mode=force_generic_plan";

/// How a store on a server is opened; see [`Postgres::builder`].
#[derive(Debug, Clone)]
#[must_use = "a builder opens nothing until `open` is called"]
pub struct Builder {
    source: Source,
    schema: String,
    migrates: bool,
    connections: usize,
    clock: Arc<dyn Clock>,
    poll_interval: Duration,
    timeout: Duration,
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
            connections: 8,
            clock: Arc::new(SystemClock),
            poll_interval: Duration::from_millis(50),
            timeout: Duration::from_secs(30),
        }
    }

    /// The schema of the store's tables, any name of 1 to 63 bytes; `factum` unless said otherwise.
    pub fn schema(mut self, name: impl Into<String>) -> Self {
        self.schema = name.into();
        self
    }

    /// Creates the schema, or brings it to this build's version, where that is needed; it is refused otherwise.
    ///
    /// Several processes may do so at once.
    pub fn migrate(mut self) -> Self {
        self.migrates = true;
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

    /// How long a connection is waited for, and then an answer; 30 seconds unless said otherwise.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Connects, looks at the schema, and starts the task that appends.
    ///
    /// # Errors
    /// [`Unavailable`] with what is wrong and what to do: [`UnavailableCause::OlderSchema`],
    /// [`UnavailableCause::NewerSchema`], [`UnavailableCause::NotAStore`], [`UnavailableCause::Misconfigured`],
    /// [`UnavailableCause::Io`] or [`UnavailableCause::Locked`].
    pub async fn open(self) -> Result<Postgres, StoreError> {
        if self.schema.is_empty() || self.schema.len() > 63 || self.schema.contains('\0') {
            return Err(
                misconfigured("the schema's name needs 1 to 63 bytes, without U+0000").into(),
            );
        }
        let connections = Connections {
            pool: self.connect()?,
            sql: Arc::new(Sql::new(&self.schema)),
            timeout: self.timeout,
        };
        let mut connection = connections.get().await?;
        if self.migrates {
            schema::migrate(&mut connection, &self.schema).await?;
        }
        schema::check(&connection, &self.schema).await?;
        let durability = server::durability(&connection).await?;
        let head = server::head(&connection)
            .await
            .map_err(|failed| failed.unavailable())?;
        drop(connection);
        let wake = Arc::new(Wake::new(head, self.poll_interval));
        Ok(Postgres {
            inner: Arc::new(Inner {
                writer: Writer::start(connections.clone(), self.clock, Arc::clone(&wake)),
                connections,
                names: Names::new(),
                wake,
                durability,
            }),
        })
    }

    fn connect(&self) -> Result<Pool, Unavailable> {
        let url = match &self.source {
            Source::Pool(pool) => return Ok(pool.clone()),
            Source::Url(url) => url,
        };
        let mut config = Config::from_str(url).map_err(|error| {
            misconfigured("the address is none: give `postgres://user:password@host/database`")
                .because(error)
        })?;
        let options = config
            .get_options()
            .map_or_else(String::new, |given| format!("{given} "));
        config.options(options + OPTIONS);
        if config.get_application_name().is_none() {
            config.application_name("factum");
        }
        let manager = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let pool = Pool::builder(Manager::from_config(config, NoTls, manager))
            .max_size(self.connections)
            .create_timeout(Some(self.timeout))
            .runtime(Runtime::Tokio1)
            .build();
        pool.map_err(|error| misconfigured("no pool of connections came about").because(error))
    }
}

fn misconfigured(message: &str) -> Unavailable {
    Unavailable::new(UnavailableCause::Misconfigured, message)
}
