//! Who keeps the store waiting.

use std::fmt::{self, Display, Formatter};
use std::pin::Pin;
use std::time::Duration;

use tokio_postgres::Row;

use super::pool::{Connection, Connections};
use crate::error::Unavailable;

/// How long an answer may take before somebody looks what it waits for, and then between two looks.
const PATIENCE: Duration = Duration::from_secs(1);

/// Whoever waits for nobody else, behind the session with this number: of several, whose transaction is the oldest.
const ASK: &str = "WITH RECURSIVE ahead (pid) AS (
        SELECT unnest(pg_blocking_pids($1))
        UNION SELECT unnest(pg_blocking_pids(pid)) FROM ahead
    )
    SELECT ahead.pid, a.application_name, a.state, extract(epoch FROM clock_timestamp() - a.xact_start)::float8
    FROM ahead LEFT JOIN pg_stat_activity a USING (pid)
    WHERE cardinality(pg_blocking_pids(ahead.pid)) = 0
    ORDER BY a.xact_start LIMIT 1";

/// A session that has a lock, with what the role may know of it.
#[derive(Debug, Clone)]
pub(super) struct Blocker {
    session: i32,
    program: Option<String>,
    state: Option<String>,
    /// How long its transaction has been open.
    open: Option<Duration>,
}

impl Display for Blocker {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        // What was prepared for a commit in two steps belongs to no session.
        if self.session == 0 {
            return f.write_str("a prepared transaction, which `pg_prepared_xacts` shows");
        }
        write!(f, "process {} of the server", self.session)?;
        if let Some(program) = &self.program {
            write!(f, ", `{program}`")?;
        }
        if let Some(state) = &self.state {
            write!(f, ", {state}")?;
        }
        if let Some(open) = self.open {
            write!(f, ", its transaction open for {open:.1?}")?;
        }
        Ok(())
    }
}

impl Blocker {
    fn read(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let given = |text: &String| !text.is_empty();
        let seconds: Option<f64> = row.try_get(3)?;
        Ok(Self {
            session: row.try_get(0)?,
            program: row.try_get::<_, Option<String>>(1)?.filter(given),
            state: row.try_get::<_, Option<String>>(2)?.filter(given),
            open: seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
        })
    }

    /// Says of an error who was waited for.
    pub(super) fn named(blocker: Option<&Self>, mut error: Unavailable) -> Unavailable {
        if let Some(blocker) = blocker {
            error.message = format!("{}; it waited for {blocker}", error.message);
        }
        error
    }
}

impl Connections {
    /// Waits for what a session was asked, and if that takes long, finds out for whom it waits: over another connection,
    /// as far as one is free.
    pub(super) async fn watched<T>(
        &self,
        connection: &Connection,
        session: i32,
        mut answer: Pin<&mut impl Future<Output = T>>,
    ) -> (T, Option<Blocker>) {
        let patience = PATIENCE.min(self.timeout / 4);
        let mut found = None;
        loop {
            let early = connection.kept.patience.bound(patience, answer.as_mut());
            if let Some(answered) = early.await {
                return (answered, found);
            }
            tokio::select! {
                biased;
                answered = answer.as_mut() => return (answered, found),
                blocker = self.blocker(session) => found = blocker.or(found),
            }
        }
    }

    /// What cannot be found out is not said.
    async fn blocker(&self, session: i32) -> Option<Blocker> {
        let connection = self.get().await.ok()?;
        let rows = connection.ask(ASK, &[&session]).await.ok()?;
        Blocker::read(rows.first()?).ok()
    }
}
