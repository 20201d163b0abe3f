//! How a connection comes about.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Connect, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use tokio::task::JoinHandle;
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
const OPTIONS: &str = "-c jit=off -c enable_seqscan=off -c enable_bitmapscan=off -c plan_cache_mode=force_generic_plan";

/// How long the server lets a session wait and work: a little less than the client waits for it, so that what is heard
/// is the server's own word, which says that nothing was stored. A lock's turn comes first: it says more.
fn limits(timeout: Duration) -> String {
    // The server counts in milliseconds, and takes 0 for no limit.
    let less = |part| {
        timeout
            .saturating_sub(timeout.min(Duration::from_secs(10)) / part)
            .as_millis()
    };
    let limit = |millis: u128| millis.clamp(1, i32::MAX.unsigned_abs().into());
    let (lock, statement) = (limit(less(5)), limit(less(10)));
    format!(
        "-c lock_timeout={lock} -c statement_timeout={statement} -c idle_in_transaction_session_timeout={statement}"
    )
}

/// What new connections are made by.
#[derive(Clone)]
pub(super) struct Door {
    config: Config,
    mode: Mode,
    tls: Connector,
    timeout: Duration,
    pub(super) pace: Pace,
}

type Opened = Result<(Client, JoinHandle<()>), Error>;

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
        }
    }

    pub(super) fn pool(&self, size: usize) -> Result<Pool, Unavailable> {
        let manager = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = Manager::from_connect(self.config.clone(), self.clone(), manager);
        let pool = Pool::builder(manager)
            .max_size(size)
            .create_timeout(Some(self.timeout))
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
        Box::pin(self.open(config.clone(), None))
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
