//! Connections: how many, how long one is waited for, and what is sent over them.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use deadpool_postgres::{Object, Pool, PoolError, TimeoutType};
use tokio::runtime::Handle;
use tokio::time::timeout;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, RowStream};

use super::errors::{Failed, no_connection};
use super::kept::{Kept, Shelf};
use super::pace::Pace;
use super::sql::Sql;
use crate::error::Unavailable;

/// How long an answer that nobody waits for may take, with the connection that it comes over.
const SETTLED: Duration = Duration::from_secs(1);

/// Where connections come from.
#[derive(Debug, Clone)]
pub(super) struct Connections {
    pub(super) pool: Pool,
    pub(super) shelf: Shelf,
    pub(super) sql: Arc<Sql>,
    pub(super) pace: Pace,
    /// How long a connection is waited for, and then an answer.
    pub(super) timeout: Duration,
}

/// A connection, in no transaction but that of a migration: what is sent over it is one statement each, and so is whole
/// or not there.
#[derive(Debug)]
pub(super) struct Connection {
    client: Option<Object>,
    pub(super) kept: Arc<Kept>,
    pub(super) sql: Arc<Sql>,
    timeout: Duration,
    /// Whether somebody used it before: it may have ended since.
    was_idle: bool,
    /// How many wait for it.
    waiting: AtomicUsize,
    /// Whether it is no use to anyone any more: an answer came too late, or never will, or nobody wants the rest.
    is_left: AtomicBool,
}

impl Drop for Connection {
    fn drop(&mut self) {
        let Some(client) = self.client.take() else {
            return;
        };
        if self.is_left.load(Ordering::Relaxed) {
            drop(Object::take(client));
        } else if self.waiting.load(Ordering::Relaxed) > 0 {
            settle(client);
        }
    }
}

/// Whoever gave up left an answer on its way. What comes next would have to wait for it, so nobody has the connection
/// before it is there: it is no use any more if that takes long.
fn settle(client: Object) {
    let Ok(runtime) = Handle::try_current() else {
        drop(Object::take(client));
        return;
    };
    runtime.spawn(async move {
        if !matches!(
            timeout(SETTLED, client.check_connection()).await,
            Ok(Ok(()))
        ) {
            drop(Object::take(client));
        }
    });
}

impl Connections {
    pub(super) async fn get(&self) -> Result<Connection, Unavailable> {
        // The pool's own limits are for a pool that is the user's.
        let got = timeout(self.timeout, async {
            tokio::select! {
                biased;
                got = self.pool.get() => got.map_err(|error| no_connection(error, self.timeout)),
                failure = self.pace.next_failure() => Err(failure),
            }
        });
        let late = || no_connection(PoolError::Timeout(TimeoutType::Wait), self.timeout);
        let got = got
            .await
            .unwrap_or_else(|_| Err(self.pace.late().unwrap_or_else(late)));
        let client = got?;
        Ok(Connection {
            was_idle: Object::metrics(&client).recycle_count > 0,
            kept: self.shelf.of(&client),
            client: Some(client),
            sql: Arc::clone(&self.sql),
            timeout: self.timeout,
            waiting: AtomicUsize::new(0),
            is_left: AtomicBool::new(false),
        })
    }

    /// Asks for something, which changes nothing.
    pub(super) async fn ask<T, F>(&self, ask: impl Fn(Connection) -> F) -> Result<T, Unavailable>
    where
        F: Future<Output = Result<T, Failed>>,
    {
        let asked = self.send(ask).await?;
        asked.map_err(|failed| failed.unavailable())
    }

    /// Sends what may come twice: over another connection if this one ended while nobody used it.
    pub(super) async fn send<T, F>(
        &self,
        send: impl Fn(Connection) -> F,
    ) -> Result<Result<T, Failed>, Unavailable>
    where
        F: Future<Output = Result<T, Failed>>,
    {
        loop {
            let connection = self.get().await?;
            let was_idle = connection.was_idle;
            match send(connection).await {
                Err(Failed::Lost(_)) if was_idle => {}
                answered => return Ok(answered),
            }
        }
    }
}

impl Connection {
    pub(super) fn schema(&self) -> &str {
        &self.sql.schema
    }

    /// Whether it can still be used.
    pub(super) fn is_open(&self) -> bool {
        self.client
            .as_ref()
            .is_some_and(|client| !client.is_closed())
    }

    /// Sends a statement, and gives its rows as they come, for whoever sees to it that they come [in
    /// time](Self::in_time).
    pub(super) async fn rows(
        &self,
        sql: &Arc<str>,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<RowStream, Failed> {
        let client = self.client()?;
        let statement = self.kept.statement(client, sql).await?;
        Ok(client.query_raw(&statement, values.iter().copied()).await?)
    }

    /// Sends a statement, and gives all of its rows.
    pub(super) async fn query(
        &self,
        sql: &Arc<str>,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, Failed> {
        let send = pin!(async {
            let client = self.client()?;
            let statement = self.kept.statement(client, sql).await?;
            Ok(client.query(&statement, values).await?)
        });
        self.in_time(send).await
    }

    /// Asks for something, once.
    pub(super) async fn ask(
        &self,
        sql: &str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, Failed> {
        let ask = pin!(async { Ok(self.client()?.query(sql, values).await?) });
        self.in_time(ask).await
    }

    /// Runs statements that have no values and no rows.
    pub(super) async fn run(&self, sql: &str) -> Result<(), Failed> {
        let run = pin!(async { Ok(self.client()?.batch_execute(sql).await?) });
        self.in_time(run).await
    }

    /// Leaves it with what whoever comes next would have to wait for, rows on their way or a transaction.
    pub(super) fn leave(&self) {
        self.is_left.store(true, Ordering::Relaxed);
    }

    /// Waits for an answer, all of it, no longer than it may take. Futures are large: whoever has it pins it.
    pub(super) async fn in_time<T>(
        &self,
        answer: Pin<&mut impl Future<Output = Result<T, Failed>>>,
    ) -> Result<T, Failed> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let outcome = self.kept.limit.bound(self.timeout, answer).await;
        let outcome = outcome.unwrap_or(Err(Failed::Late(self.timeout)));
        // One whose answer may still come, or that has ended, is not used again.
        if matches!(outcome, Err(Failed::Late(_) | Failed::Lost(_))) {
            self.leave();
        }
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        outcome
    }

    fn client(&self) -> Result<&Object, Failed> {
        self.client
            .as_ref()
            .ok_or_else(|| Failed::damaged("the connection is gone"))
    }
}
