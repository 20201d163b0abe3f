//! The one place where is appended, and deleted: what is asked first is done first, and what arrives while a group is on
//! its way goes with the next one.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;

use futures_util::FutureExt;
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::append::{Group, code, outcomes};
use super::blocker::Blocker;
use super::delete::Delete;
use super::errors::{Failed, again};
use super::pool::{Connection, Connections};
use super::server;
use super::together::{self, Together};
use super::value::Time;
use super::writer::Request;
use crate::clock::{Clock, to_micros};
use crate::error::{StoreError, Unavailable, UnavailableCause};
use crate::store::wake::Wake;
use crate::store::{Append, Appended, queue};

/// The bytes and events after which a group takes no more.
const GROUP_BYTES: usize = 8 << 20;
const GROUP_EVENTS: usize = 10_000;

type Outcome = Result<Appended, StoreError>;

pub(super) struct Desk {
    requests: mpsc::Receiver<Request>,
    connections: Connections,
    clock: Arc<dyn Clock>,
    wake: Arc<Wake>,
    appended: Option<Arc<Notify>>,
    together: Option<Arc<Together>>,
    /// A connection that is kept, and the number of its session.
    own: Option<(Connection, i32)>,
    /// Since when those whose turn it is have had it. Nothing is sent that has waited for longer than `timeout`.
    since: Instant,
    /// What the last ones met, if they came to nothing.
    met: Option<Unavailable>,
}

impl Desk {
    /// What is stored is told to `wake`, and to `appended` for those who wait elsewhere.
    pub(super) fn new(
        requests: mpsc::Receiver<Request>,
        connections: Connections,
        clock: Arc<dyn Clock>,
        wake: Arc<Wake>,
        appended: Option<Arc<Notify>>,
        together: Option<Together>,
    ) -> Self {
        Self {
            requests,
            connections,
            clock,
            wake,
            appended,
            together: together.map(Arc::new),
            own: None,
            since: Instant::now(),
            met: None,
        }
    }

    /// Serves until nobody waits.
    pub(super) async fn run(mut self: Box<Self>) -> Box<Self> {
        let mut group = Vec::new();
        while let Ok(first) = self.requests.try_recv() {
            let (mut events, mut bytes) = (0, 0);
            queue::gather(&mut group, first, &mut self.requests, |request| {
                let Request::Append(append, _) = request else {
                    return false;
                };
                events += append.events().len();
                bytes += append.bytes();
                bytes < GROUP_BYTES && events < GROUP_EVENTS
            });
            // A panic has told its own story, and nobody knows what came of the group. What comes next begins anew, over
            // another connection if this one was in use.
            let _ = AssertUnwindSafe(self.answer(&mut group))
                .catch_unwind()
                .await;
        }
        self
    }

    pub(super) fn is_idle(&self) -> bool {
        self.requests.is_empty()
    }

    /// Answers each of a group.
    async fn answer(&mut self, group: &mut Vec<Request>) {
        let (mut appends, mut turns, mut last) = (Vec::new(), Vec::new(), None);
        for request in group.drain(..) {
            match request {
                Request::Append(_, turn) if self.is_overdue(turn.asked) => {
                    turn.answer(Err(self.overdue().into()));
                }
                Request::Append(append, turn) => {
                    appends.push(append);
                    turns.push(turn);
                }
                Request::Delete(delete, turn) => last = Some((delete, turn)),
            }
        }
        self.since = Instant::now();
        for (outcome, turn) in self.serve(&appends).await.into_iter().zip(turns) {
            turn.answer(outcome);
        }
        if let Some((delete, turn)) = last {
            self.since = turn.asked;
            turn.answer(self.delete(delete).await);
        }
    }

    async fn delete(&mut self, delete: Delete) -> Result<u64, StoreError> {
        let sql = Arc::clone(&self.connections.sql);
        let (stream, expected) = (delete.stream.as_str(), code(delete.expected));
        let rows = self.send(&sql.delete, &[&stream, &expected]).await;
        delete.outcome(&rows.map_err(|broken| broken.error())?)
    }

    /// Gives each batch an outcome: at once, and one by one what is left then.
    async fn serve(&mut self, appends: &[Append]) -> Vec<Outcome> {
        if appends.is_empty() {
            return Vec::new();
        }
        let appends: Vec<&Append> = appends.iter().collect();
        let at_once = self.at_once(&appends).await;
        let left = appends.iter().zip(&at_once);
        let left = left.filter(|(_, outcome)| outcome.is_none());
        let left: Vec<&Append> = left.map(|(append, _)| *append).collect();
        let mut judged = self.judged(&left).await.into_iter();
        let outcomes = at_once.into_iter();
        outcomes
            .filter_map(|outcome| outcome.or_else(|| judged.next()))
            .collect()
    }

    /// An outcome for each batch whose expectation is plainly met.
    async fn at_once(&mut self, appends: &[&Append]) -> Vec<Option<Outcome>> {
        let none = || appends.iter().map(|_| None).collect();
        let together = self.together.clone();
        let Some(group) = together.as_ref().and_then(|together| together.of(appends)) else {
            return none();
        };
        let now = to_micros(self.clock.now());
        let answered = self.send(group.statement, &group.values(&Time(now))).await;
        let stored = answered.and_then(|rows| Ok(together::stored(appends, &rows, now)?));
        match stored {
            Ok(stored) => {
                self.tell(stored.iter().flatten());
                stored.into_iter().map(|stored| stored.map(Ok)).collect()
            }
            // One of them stood in the way of all.
            Err(Broken::Statement(failed, _)) if failed.is_of_content() => none(),
            Err(broken) => broken.outcomes(appends.len()).map(Some).collect(),
        }
    }

    /// An outcome for each batch, from the schema's function.
    async fn judged(&mut self, appends: &[&Append]) -> Vec<Outcome> {
        if appends.is_empty() {
            return Vec::new();
        }
        match self.attempt(appends).await {
            // One batch broke it for all. Each gets a statement, and with it an outcome, of its own.
            Err(Broken::Statement(failed, _)) if failed.is_of_content() && appends.len() > 1 => {
                let mut outcomes = Vec::with_capacity(appends.len());
                for alone in appends.chunks(1) {
                    match self.attempt(alone).await {
                        Ok(outcome) => outcomes.extend(outcome),
                        Err(broken) => outcomes.extend(broken.outcomes(alone.len())),
                    }
                }
                outcomes
            }
            Ok(outcomes) => outcomes,
            Err(broken) => broken.outcomes(appends.len()).collect(),
        }
    }

    async fn attempt(&mut self, appends: &[&Append]) -> Result<Vec<Outcome>, Broken> {
        let now = to_micros(self.clock.now());
        let group = Group::of(appends.iter().copied());
        let sql = Arc::clone(&self.connections.sql);
        let rows = self.send(&sql.append, &group.values(&Time(now))).await?;
        let outcomes = outcomes(appends, &rows, now)?;
        self.tell(outcomes.iter().flatten());
        Ok(outcomes)
    }

    /// Sends a statement, unless it is too late for that.
    async fn send(
        &mut self,
        sql: &Arc<str>,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, Broken> {
        if self.is_overdue(self.since) {
            return Err(Broken::Unsent(self.overdue()));
        }
        let answered = self.over_own(sql, values).await;
        self.met = answered.as_ref().err().and_then(Broken::of_store);
        answered
    }

    /// Sends a statement over a connection that is kept for that.
    async fn over_own(
        &mut self,
        sql: &Arc<str>,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, Broken> {
        let own = self.own.take().filter(|(own, _)| own.is_open());
        let (own, session) = match own {
            Some(own) => own,
            None => self.another().await.map_err(Broken::Unsent)?,
        };
        let (answered, blocker) = {
            let answer = pin!(own.query(sql, values));
            self.connections.watched(&own, session, answer).await
        };
        match &answered {
            Err(failed) if !failed.is_final() => drop(own),
            _ => self.own = Some((own, session)),
        }
        answered.map_err(|failed| Broken::Statement(failed, blocker))
    }

    async fn another(&self) -> Result<(Connection, i32), Unavailable> {
        let ask = |connection: Connection| async move {
            let session = server::session(&connection).await?;
            Ok((connection, session))
        };
        self.connections.ask(ask).await
    }

    fn is_overdue(&self, since: Instant) -> bool {
        since.elapsed() >= self.connections.timeout
    }

    /// What is said to those whose turn comes too late.
    fn overdue(&self) -> Unavailable {
        let waited = self.connections.timeout;
        let message = format!(
            "it waited for {waited:?} behind others who write, and was not sent; write less at once, or raise `timeout`"
        );
        let overdue = Unavailable::new(UnavailableCause::Locked, message);
        match &self.met {
            Some(met) => overdue.because(met.to_string()),
            None => overdue,
        }
    }

    /// Wakes those who wait for what was stored.
    fn tell<'a>(&self, stored: impl Iterator<Item = &'a Appended>) {
        let last = stored.filter_map(|stored| stored.positions.last()).max();
        self.wake.advance(last.copied());
        if let (Some(_), Some(appended)) = (last, &self.appended) {
            appended.notify_one();
        }
    }
}

/// Why a whole group came to nothing, or may have.
enum Broken {
    Unsent(Unavailable),
    /// And whom it waited for.
    Statement(Failed, Option<Blocker>),
}

impl From<Failed> for Broken {
    fn from(failed: Failed) -> Self {
        Self::Statement(failed, None)
    }
}

impl Broken {
    /// The same for each of its batches.
    fn outcomes(self, count: usize) -> impl Iterator<Item = Outcome> {
        (0..count).map(move |_| Err(self.error()))
    }

    fn error(&self) -> StoreError {
        match self {
            Self::Unsent(error) => again(error).into(),
            Self::Statement(failed, blocker) => failed.of_write_behind(blocker.as_ref()),
        }
    }

    /// The same for those who come later, if it is not what was sent that was refused.
    fn of_store(&self) -> Option<Unavailable> {
        match self {
            Self::Unsent(error) => Some(again(error)),
            Self::Statement(failed, blocker) => (!failed.is_of_content())
                .then(|| Blocker::named(blocker.as_ref(), failed.unavailable())),
        }
    }
}
