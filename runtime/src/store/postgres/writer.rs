//! The one task that appends: what arrives while a group is on its way goes with the next one.

use std::sync::Arc;

use tokio::sync::{Notify, mpsc, oneshot};

use super::append::{Group, outcomes};
use super::errors::{Failed, again};
use super::payload::Payloads;
use super::pool::{Connection, Connections};
use super::value::Time;
use crate::clock::{Clock, to_micros};
use crate::error::{StoreError, Unavailable, UnavailableCause};
use crate::store::wake::Wake;
use crate::store::{Append, Appended, queue};

/// The bytes and events after which a group takes no more.
const GROUP_BYTES: usize = 8 << 20;
const GROUP_EVENTS: usize = 10_000;

type Outcome = Result<Appended, StoreError>;

struct Request {
    append: Append,
    answer: oneshot::Sender<Outcome>,
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
    ) -> Self {
        let (queue, requests) = mpsc::channel(queue::QUEUE);
        let desk = Desk {
            connections,
            clock,
            wake,
            appended,
            connection: None,
        };
        tokio::spawn(desk.run(requests));
        Self { queue, payloads }
    }

    /// Has a batch stored; whoever stops waiting changes nothing.
    pub(super) async fn append(&self, append: Append) -> Outcome {
        self.payloads.check(&append)?;
        let (answer, answered) = oneshot::channel();
        if self.queue.send(Request { append, answer }).await.is_err() {
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
    connection: Option<Connection>,
}

impl Desk {
    async fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        let mut group = Vec::new();
        while let Some(first) = requests.recv().await {
            let (mut events, mut bytes) = (0, 0);
            queue::gather(&mut group, first, &mut requests, |request| {
                events += request.append.events().len();
                bytes += request.append.bytes();
                bytes < GROUP_BYTES && events < GROUP_EVENTS
            });
            let (appends, answers): (Vec<Append>, Vec<_>) = group
                .drain(..)
                .map(|Request { append, answer }| (append, answer))
                .unzip();
            for (outcome, answer) in self.serve(&appends).await.into_iter().zip(answers) {
                // Whoever asked may have stopped waiting; what was done stays done.
                let _ = answer.send(outcome);
            }
        }
    }

    /// Gives each batch an outcome.
    async fn serve(&mut self, appends: &[Append]) -> Vec<Outcome> {
        match self.attempt(appends).await {
            // One batch broke it for all. Each gets a statement, and with it an outcome, of its own.
            Err(Broken::Statement(failed)) if failed.is_final() && appends.len() > 1 => {
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
            Err(broken) => broken.outcomes(appends.len()),
        }
    }

    async fn attempt(&mut self, appends: &[Append]) -> Result<Vec<Outcome>, Broken> {
        let connection = match self.connection.take().filter(Connection::is_open) {
            Some(connection) => connection,
            None => self.connections.get().await.map_err(Broken::Connect)?,
        };
        let now = to_micros(self.clock.now());
        let appends: Vec<&Append> = appends.iter().collect();
        let group = Group::of(appends.iter().copied());
        let time = Time(now);
        let answered = connection
            .query(&connection.sql.append, &group.values(&time))
            .await;
        let outcomes = answered.and_then(|rows| outcomes(&appends, &rows, now));
        match &outcomes {
            Err(failed) if !failed.is_final() => drop(connection),
            _ => self.connection = Some(connection),
        }
        let outcomes = outcomes.map_err(Broken::Statement)?;
        let stored = outcomes
            .iter()
            .flatten()
            .filter_map(|appended| appended.positions.last());
        let last = stored.max().copied();
        self.wake.advance(last);
        if let (Some(_), Some(appended)) = (last, &self.appended) {
            appended.notify_one();
        }
        Ok(outcomes)
    }
}

/// Why a whole group came to nothing, or may have.
enum Broken {
    Connect(Unavailable),
    Statement(Failed),
}

impl Broken {
    /// The same for each of its batches.
    fn outcomes(self, count: usize) -> Vec<Outcome> {
        let outcome = || -> StoreError {
            match &self {
                Self::Connect(error) => again(error).into(),
                Self::Statement(failed) => failed.of_write(),
            }
        };
        (0..count).map(|_| Err(outcome())).collect()
    }
}
