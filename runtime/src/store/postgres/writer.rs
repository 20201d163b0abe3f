//! The one task that appends, and deletes: what is asked first is done first, and what arrives while a group is on its way goes with the next one.

use std::sync::Arc;

use tokio::sync::{Notify, mpsc, oneshot};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::append::{Group, code, outcomes};
use super::delete::Delete;
use super::errors::{Failed, again};
use super::payload::Payloads;
use super::pool::{Connection, Connections};
use super::together::{self, Together};
use super::value::Time;
use crate::clock::{Clock, to_micros};
use crate::error::{StoreError, Unavailable, UnavailableCause};
use crate::place::Expected;
use crate::store::wake::Wake;
use crate::store::{Append, Appended, queue};
use crate::stream::StreamName;

/// The bytes and events after which a group takes no more.
const GROUP_BYTES: usize = 8 << 20;
const GROUP_EVENTS: usize = 10_000;

type Outcome = Result<Appended, StoreError>;

type Answer<T> = oneshot::Sender<Result<T, StoreError>>;

enum Request {
    Append(Append, Answer<Appended>),
    Delete(Delete, Answer<u64>),
}

/// Where batches are left; the task ends when the last of these is gone and the queue is empty.
#[derive(Debug, Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Request>,
    payloads: Payloads,
}

impl Writer {
    /// What is stored is told to `wake`, and to `appended` for those who wait elsewhere.
    pub(super) fn start(
        connections: Connections,
        clock: Arc<dyn Clock>,
        wake: Arc<Wake>,
        appended: Option<Arc<Notify>>,
        payloads: Payloads,
        together: Option<Together>,
    ) -> Self {
        let (queue, requests) = mpsc::channel(queue::QUEUE);
        let desk = Desk {
            connections,
            clock,
            wake,
            appended,
            together: together.map(Arc::new),
            connection: None,
        };
        tokio::spawn(desk.run(requests));
        Self { queue, payloads }
    }

    /// Has a batch stored; whoever stops waiting changes nothing.
    pub(super) async fn append(&self, append: Append) -> Outcome {
        self.payloads.check(&append)?;
        self.ask(|answer| Request::Append(append, answer)).await
    }

    /// Has a stream deleted; whoever stops waiting changes nothing.
    pub(super) async fn delete(
        &self,
        stream: StreamName,
        expected: Expected,
    ) -> Result<u64, StoreError> {
        expected.storable()?;
        let delete = Delete { stream, expected };
        self.ask(|answer| Request::Delete(delete, answer)).await
    }

    async fn ask<T>(&self, request: impl FnOnce(Answer<T>) -> Request) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        if self.queue.send(request(answer)).await.is_err() {
            return Err(closed().into());
        }
        queue::answer(answered, closed).await
    }
}

fn closed() -> Unavailable {
    Unavailable::new(
        UnavailableCause::Closed,
        "the task that writes has ended with its runtime; open the store again",
    )
}

struct Desk {
    connections: Connections,
    clock: Arc<dyn Clock>,
    wake: Arc<Wake>,
    appended: Option<Arc<Notify>>,
    together: Option<Arc<Together>>,
    connection: Option<Connection>,
}

impl Desk {
    async fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        let mut group = Vec::new();
        while let Some(first) = requests.recv().await {
            let (mut events, mut bytes) = (0, 0);
            queue::gather(&mut group, first, &mut requests, |request| {
                let Request::Append(append, _) = request else {
                    return false;
                };
                events += append.events().len();
                bytes += append.bytes();
                bytes < GROUP_BYTES && events < GROUP_EVENTS
            });
            let (mut appends, mut answers, mut last) = (Vec::new(), Vec::new(), None);
            for request in group.drain(..) {
                match request {
                    Request::Append(append, answer) => {
                        appends.push(append);
                        answers.push(answer);
                    }
                    Request::Delete(delete, answer) => last = Some((delete, answer)),
                }
            }
            // Whoever asked may have stopped waiting; what was done stays done.
            for (outcome, answer) in self.serve(&appends).await.into_iter().zip(answers) {
                let _ = answer.send(outcome);
            }
            if let Some((delete, answer)) = last {
                let _ = answer.send(self.delete(delete).await);
            }
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
            Err(Broken::Statement(failed)) if failed.is_of_content() => none(),
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
            Err(Broken::Statement(failed)) if failed.is_of_content() && appends.len() > 1 => {
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

    /// Sends a statement over a connection that is kept for that.
    async fn send(
        &mut self,
        sql: &str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, Broken> {
        let connection = match self.connection.take().filter(Connection::is_open) {
            Some(connection) => connection,
            None => self.connections.get().await.map_err(Broken::Connect)?,
        };
        let answered = connection.query(sql, values).await;
        match &answered {
            Err(failed) if !failed.is_final() => drop(connection),
            _ => self.connection = Some(connection),
        }
        Ok(answered?)
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
    Connect(Unavailable),
    Statement(Failed),
}

impl From<Failed> for Broken {
    fn from(failed: Failed) -> Self {
        Self::Statement(failed)
    }
}

impl Broken {
    /// The same for each of its batches.
    fn outcomes(self, count: usize) -> impl Iterator<Item = Outcome> {
        (0..count).map(move |_| Err(self.error()))
    }

    fn error(&self) -> StoreError {
        match self {
            Self::Connect(error) => again(error).into(),
            Self::Statement(failed) => failed.of_write(),
        }
    }
}
