//! Word between processes that there is something new: a hint, with the poll underneath.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use backon::BackoffBuilder;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row};
use uuid::Uuid;

use super::connect::Door;
use super::errors::Failed;
use super::pace::PAUSES;
use super::schema::one;
use super::server::head_of;
use super::sql::Sql;
use crate::store::wake::Wake;

/// The least time between two words of one process: the server gives them out one at a time, to all of its databases.
const BREATH: Duration = Duration::from_millis(10);

/// How often a connection that says nothing is looked at: one that is dead may not say so.
const SILENCE: Duration = Duration::from_secs(10);

/// What a connection hears of others.
#[derive(Debug, Default)]
pub(super) struct Ear {
    heard: Notify,
    /// Its own process on the server: what that one says is no news.
    own: AtomicI32,
}

impl Ear {
    pub(super) fn hear(&self, process: i32) {
        if process != self.own.load(Ordering::Relaxed) {
            self.heard.notify_one();
        }
    }
}

/// The task that listens and says; it ends with this.
#[derive(Debug)]
pub(super) struct Notices {
    appended: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Drop for Notices {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Notices {
    pub(super) fn start(
        door: Door,
        schema: &str,
        sql: Arc<Sql>,
        limit: Duration,
        wake: Arc<Wake>,
    ) -> Self {
        let appended = Arc::new(Notify::new());
        let listener = Listener {
            door,
            channel: channel(schema),
            sql,
            limit,
            wake,
            appended: Arc::clone(&appended),
            ear: Arc::default(),
        };
        let task = tokio::spawn(listener.run());
        Self { appended, task }
    }

    /// Is told of what this process appends.
    pub(super) fn appended(&self) -> Arc<Notify> {
        Arc::clone(&self.appended)
    }
}

/// The channel of a schema, whatever its name: a name of a channel has to be short.
fn channel(schema: &str) -> String {
    let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, schema.as_bytes());
    format!("factum_{}", id.simple())
}

struct Listener {
    door: Door,
    channel: String,
    sql: Arc<Sql>,
    limit: Duration,
    wake: Arc<Wake>,
    appended: Arc<Notify>,
    ear: Arc<Ear>,
}

impl Listener {
    async fn run(self) {
        let mut pauses = PAUSES.build();
        loop {
            // Why it ended does not matter: the poll goes on, and what else needs the server says what is wrong.
            let _ = self.listen().await;
            sleep(pauses.next().unwrap_or_default()).await;
        }
    }

    /// Listens until the connection ends.
    async fn listen(&self) -> Result<(), Failed> {
        let opened = self.in_time(self.door.listening(Arc::clone(&self.ear)));
        let (client, mut connection) = opened.await?;
        let process = self.query(&client, "SELECT pg_backend_pid()", &[]).await?;
        self.ear.own.store(one(&process)?, Ordering::Relaxed);
        let listen = format!("LISTEN {}", self.channel);
        self.in_time(client.batch_execute(&listen)).await?;
        // What was appended before it listened, nobody says again.
        self.look(&client).await?;
        let mut next_word = Instant::now();
        let mut owes_word = false;
        loop {
            tokio::select! {
                _ = &mut connection => return Ok(()),
                () = self.ear.heard.notified() => self.look(&client).await?,
                () = self.appended.notified(), if !owes_word => owes_word = true,
                () = sleep_until(next_word), if owes_word => {
                    self.query(&client, "SELECT pg_notify($1, '')", &[&self.channel]).await?;
                    owes_word = false;
                    next_word = Instant::now() + BREATH;
                }
                () = sleep(SILENCE) => self.look(&client).await?,
            }
        }
    }

    /// Tells those who wait what the store has.
    async fn look(&self, client: &Client) -> Result<(), Failed> {
        let rows = self.query(client, &self.sql.head, &[]).await?;
        self.wake.advance(head_of(&rows)?);
        Ok(())
    }

    async fn query(
        &self,
        client: &Client,
        sql: &str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, Failed> {
        self.in_time(client.query(sql, values)).await
    }

    async fn in_time<T>(
        &self,
        answer: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, Failed> {
        let answer = timeout(self.limit, answer).await;
        Ok(answer.map_err(|_| Failed::Late(self.limit))??)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::channel;

    #[test]
    fn each_schema_has_a_channel_that_is_an_identifier() {
        let long = "x".repeat(63);
        let names = [
            "factum",
            "Factum",
            "a\"; DROP TABLE x; --",
            "\u{1f980}",
            "",
            &long,
        ];
        let channels: HashSet<String> = names.iter().map(|name| channel(name)).collect();
        assert_eq!(channels.len(), names.len());
        for channel in channels {
            let is_word = |letter: char| {
                letter == '_' || letter.is_ascii_lowercase() || letter.is_ascii_digit()
            };
            assert!(
                channel.len() <= 63 && channel.chars().all(is_word),
                "{channel}"
            );
        }
    }
}
