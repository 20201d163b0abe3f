//! How a connection comes about.

use std::future::Future;
use std::pin::Pin;

use deadpool_postgres::Connect;
use tokio::task::JoinHandle;
use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, Error};

use super::address::Mode;
use super::pace::Pace;
use super::tls::{self, Connector};

/// What new connections are made by.
pub(super) struct Door {
    pub(super) mode: Mode,
    pub(super) tls: Connector,
    pub(super) pace: Pace,
}

type Opened = Result<(Client, JoinHandle<()>), Error>;

impl Connect for Door {
    fn connect(&self, config: &Config) -> Pin<Box<dyn Future<Output = Opened> + Send + '_>> {
        let config = config.clone();
        Box::pin(async move {
            self.pace.turn().await;
            let outcome = self.secured(config).await;
            self.pace.take_in(outcome.as_ref().err());
            outcome
        })
    }
}

impl Door {
    async fn secured(&self, config: Config) -> Opened {
        let (first, second) = self.mode.attempts();
        match (self.attempt(config.clone(), first).await, second) {
            (Err(error), Some(second)) if is_about_security(&error) => {
                self.attempt(config, second).await
            }
            (outcome, _) => outcome,
        }
    }

    async fn attempt(&self, mut config: Config, mode: SslMode) -> Opened {
        let (client, connection) = config
            .ssl_mode(mode)
            .connect(Connector::clone(&self.tls))
            .await?;
        // How it ended is told to whoever is waiting for an answer.
        let open = tokio::spawn(async { drop(connection.await) });
        Ok((client, open))
    }
}

/// Whether the server may let in what is secured otherwise. A wrong password is wrong either way, and is not sent
/// again in the open.
fn is_about_security(error: &Error) -> bool {
    error.code() == Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION) || tls::is_broken(error)
}
