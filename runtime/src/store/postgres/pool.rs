//! Connections: how many, how long one is waited for, and what is sent over them.

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Object, Pool};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, RowStream};

use super::errors::{Failed, no_connection};
use super::sql::Sql;
use crate::error::Unavailable;

/// Where connections come from.
#[derive(Debug, Clone)]
pub(super) struct Connections {
    pub(super) pool: Pool,
    pub(super) sql: Arc<Sql>,
    /// How long a connection is waited for, and then an answer.
    pub(super) timeout: Duration,
}

/// A connection, in no transaction: what is sent over it is one statement each, and so is whole or not there.
pub(super) struct Connection {
    client: Object,
    pub(super) sql: Arc<Sql>,
    timeout: Duration,
}

impl Connections {
    pub(super) async fn get(&self) -> Result<Connection, Unavailable> {
        // The pool's own limits are for a pool that is the user's.
        let got = tokio::time::timeout(self.timeout, self.pool.get()).await;
        let got = got.unwrap_or(Err(deadpool_postgres::PoolError::Timeout(
            deadpool_postgres::TimeoutType::Wait,
        )));
        Ok(Connection {
            client: got.map_err(|error| no_connection(error, self.timeout))?,
            sql: Arc::clone(&self.sql),
            timeout: self.timeout,
        })
    }
}

impl Connection {
    pub(super) fn schema(&self) -> &str {
        &self.sql.schema
    }

    /// Whether it can still be used.
    pub(super) fn is_open(&self) -> bool {
        !self.client.is_closed()
    }

    /// Sends a statement, and gives its rows as they come.
    pub(super) async fn rows(
        &self,
        sql: &str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<RowStream, Failed> {
        let send = async {
            let statement = self.client.prepare_cached(sql).await?;
            self.client
                .query_raw(&statement, values.iter().copied())
                .await
        };
        self.in_time(send).await
    }

    /// Sends a statement, and gives all of its rows.
    pub(super) async fn query(
        &self,
        sql: &str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, Failed> {
        let send = async {
            let statement = self.client.prepare_cached(sql).await?;
            self.client.query(&statement, values).await
        };
        self.in_time(send).await
    }

    async fn in_time<T>(
        &self,
        send: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, Failed> {
        match tokio::time::timeout(self.timeout, send).await {
            Ok(outcome) => outcome.map_err(Failed::of),
            Err(_) => Err(Failed::Late(self.timeout)),
        }
    }

    /// Closes it, for it may be in the middle of something.
    pub(super) fn abandon(self) {
        drop(Object::take(self.client));
    }

    pub(super) fn client(&mut self) -> &mut Object {
        &mut self.client
    }
}
