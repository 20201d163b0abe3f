//! How a connection comes about.

use std::future::{Future, pending, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use deadpool_postgres::{Connect, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{AsyncMessage, Client, Config, Connection, Error, Socket};

use super::address::{Address, Mode};
use super::errors::misconfigured;
use super::notices::Ear;
use super::pace::Pace;
use super::tls::{self, Connector};
use crate::error::Unavailable;

/// What the server is told of each session: the plans are fixed ones, by index.
const OPTIONS: &str = r"-c default_transaction_isolation=read\ committed -c jit=off -c enable_seqscan=off -c enable_bitmapscan=off -c plan_cache_mode=force_generic_plan";

/// How long the server lets a session wait and work: a little less than the client waits for it, so that what is heard
/// is the server's own word, which says that nothing was stored. A lock's turn comes first: it says more.
fn limits(timeout: Duration) -> String {
    // The server counts in milliseconds, and takes 0 for no limit.
    let limit = |part| {
        let millis = less(timeout, part).as_millis();
        millis.clamp(1, i32::MAX.unsigned_abs().into())
    };
    let (lock, statement) = (limit(5), limit(10));
    format!(
        "-c lock_timeout={lock} -c statement_timeout={statement} -c idle_in_transaction_session_timeout={statement}"
    )
}

/// A limit less this part of it, of 10 seconds at the most.
fn less(limit: Duration, part: u32) -> Duration {
    limit.saturating_sub(limit.min(Duration::from_secs(10)) / part)
}

/// What new connections are made by.
#[derive(Clone)]
pub(super) struct Door {
    config: Config,
    mode: Mode,
    tls: Connector,
    timeout: Duration,
    pub(super) pace: Pace,
    opening: Opening,
}

type Opened = Result<(Client, JoinHandle<()>), Error>;

/// Connections that come about although whoever asked for them has given up. The next ones who ask take them over
/// before they ask for one of their own, so that there are never more than the pool may have.
#[derive(Clone, Default)]
struct Opening(Arc<Mutex<Vec<JoinHandle<Option<Opened>>>>>);

/// One that comes about, for whoever waits for it.
struct Awaited<'a> {
    attempt: Option<JoinHandle<Option<Opened>>>,
    opening: &'a Opening,
}

impl Opening {
    fn of(&self, attempt: JoinHandle<Option<Opened>>) -> Awaited<'_> {
        Awaited {
            attempt: Some(attempt),
            opening: self,
        }
    }

    fn left(&self) -> Option<Awaited<'_>> {
        let attempt = self.attempts().pop()?;
        Some(self.of(attempt))
    }

    fn attempts(&self) -> MutexGuard<'_, Vec<JoinHandle<Option<Opened>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Awaited<'_> {
    /// What came of it; nothing if it took too long, or ended with its runtime.
    async fn opened(mut self) -> Option<Opened> {
        let opened = self.attempt.as_mut()?.await;
        self.attempt = None;
        opened.ok().flatten()
    }
}

impl Drop for Awaited<'_> {
    fn drop(&mut self) {
        self.opening.attempts().extend(self.attempt.take());
    }
}

impl Door {
    pub(super) fn to(address: Address, tls: Connector, timeout: Duration) -> Self {
        let mode = address.mode();
        let mut config = address.config;
        let given = config.get_options().unwrap_or_default();
        let options = format!("{} {given} {OPTIONS}", limits(timeout));
        config.options(options);
        if config.get_application_name().is_none() {
            config.application_name("factum");
        }
        Self {
            config,
            mode,
            tls,
            timeout,
            pace: Pace::new(),
            opening: Opening::default(),
        }
    }

    pub(super) fn pool(&self, size: usize) -> Result<Pool, Unavailable> {
        let manager = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = Manager::from_connect(self.config.clone(), self.clone(), manager);
        // A little less than a connection is waited for: that one does not come about says more than that none is free.
        let create = less(self.timeout, 20);
        let pool = Pool::builder(manager)
            .max_size(size)
            .create_timeout(Some(create))
            .runtime(Runtime::Tokio1)
            .build();
        pool.map_err(|error| misconfigured("no pool of connections came about").because(error))
    }

    /// A connection of its own, beside the pool, that hears what others say on the channels that it listens to.
    pub(super) async fn listening(&self, ear: Arc<Ear>) -> Opened {
        let mut config = self.config.clone();
        let name = config.get_application_name().unwrap_or_default();
        let name = format!("{name} listening");
        // What it says has nothing in it that could be lost.
        let options = config.get_options().unwrap_or_default();
        let options = format!("{options} -c synchronous_commit=off");
        config.application_name(name).options(options);
        self.open(config, Some(ear)).await
    }

    async fn open(&self, config: Config, ear: Option<Arc<Ear>>) -> Opened {
        self.pace.turn().await;
        self.try_both(config, ear).await
    }

    /// One that whoever asks next takes over, should this future be dropped.
    async fn open_for_all(&self, config: Config) -> Opened {
        while let Some(left) = self.opening.left() {
            // What it met is told already, if it failed.
            if let Some(Ok(opened)) = left.opened().await
                && !opened.0.is_closed()
            {
                return Ok(opened);
            }
        }
        self.pace.turn().await;
        let door = self.clone();
        let attempt = async move {
            let attempt = pin!(door.try_both(config, None));
            timeout(door.timeout, attempt).await.ok()
        };
        match self.opening.of(tokio::spawn(attempt)).opened().await {
            Some(opened) => opened,
            // The pool waits no longer than that either.
            None => pending().await,
        }
    }

    async fn try_both(&self, config: Config, ear: Option<Arc<Ear>>) -> Opened {
        let (first, second) = self.mode.attempts();
        let outcome = match (
            self.attempt(config.clone(), first, ear.clone()).await,
            second,
        ) {
            (Err(error), Some(second)) if is_about_security(&error) => {
                self.attempt(config, second, ear).await
            }
            (outcome, _) => outcome,
        };
        self.pace.take_in(outcome.as_ref().err());
        outcome
    }

    async fn attempt(&self, mut config: Config, mode: SslMode, ear: Option<Arc<Ear>>) -> Opened {
        let tls = Connector::clone(&self.tls);
        let (client, connection) = config.ssl_mode(mode).connect(tls).await?;
        Ok((client, tokio::spawn(attend(connection, ear))))
    }
}

impl Connect for Door {
    fn connect(&self, config: &Config) -> Pin<Box<dyn Future<Output = Opened> + Send + '_>> {
        Box::pin(self.open_for_all(config.clone()))
    }
}

type Stream = <Connector as MakeTlsConnect<Socket>>::Stream;

/// Carries messages until the connection ends; how it ended is told to whoever is waiting for an answer.
async fn attend(mut connection: Connection<Socket, Stream>, ear: Option<Arc<Ear>>) {
    while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
        if let (AsyncMessage::Notification(notice), Some(ear)) = (message, &ear) {
            ear.hear(notice.process_id());
        }
    }
}

/// Whether the server may let in what is secured otherwise. A wrong password is wrong either way, and is not sent
/// again in the open.
fn is_about_security(error: &Error) -> bool {
    error.code() == Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION) || tls::is_broken(error)
}
