//! Where appends and deletes are asked for, and the queue in which they wait.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::delete::Delete;
use super::desk::Desk;
use super::payload::Payloads;
use super::shifts::Shifts;
use crate::error::{StoreError, Unavailable, UnavailableCause};
use crate::place::Expected;
use crate::store::{Append, Appended, queue};
use crate::stream::StreamName;

/// What is asked for.
pub(super) enum Request {
    Append(Append, Turn<Appended>),
    Delete(Delete, Turn<u64>),
}

/// Who waits for a turn, and since when.
pub(super) struct Turn<T> {
    pub(super) asked: Instant,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<T> Turn<T> {
    pub(super) fn answer(self, outcome: Result<T, StoreError>) {
        // Whoever asked may have stopped waiting; what was done stays done.
        let _ = self.answer.send(outcome);
    }
}

/// Where batches are left; the desk is gone when the last of these is, and the queue is empty.
#[derive(Debug, Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Request>,
    shifts: Arc<Shifts>,
    payloads: Payloads,
}

impl Writer {
    pub(super) fn new(queue: mpsc::Sender<Request>, desk: Desk, payloads: Payloads) -> Self {
        Self {
            queue,
            shifts: Shifts::at(desk),
            payloads,
        }
    }

    /// Has a batch stored; whoever stops waiting changes nothing.
    pub(super) async fn append(&self, append: Append) -> Result<Appended, StoreError> {
        self.payloads.check(&append)?;
        self.ask(|turn| Request::Append(append, turn)).await
    }

    /// Has a stream deleted; whoever stops waiting changes nothing.
    pub(super) async fn delete(
        &self,
        stream: StreamName,
        expected: Expected,
    ) -> Result<u64, StoreError> {
        expected.storable()?;
        let delete = Delete { stream, expected };
        self.ask(|turn| Request::Delete(delete, turn)).await
    }

    async fn ask<T>(&self, request: impl FnOnce(Turn<T>) -> Request) -> Result<T, StoreError> {
        let asked = Instant::now();
        let (answer, answered) = oneshot::channel();
        let request = request(Turn { asked, answer });
        if self.queue.send(request).await.is_err() {
            return Err(closed().into());
        }
        let answer = queue::answer(answered, given_up);
        self.shifts.until(answer).await
    }
}

fn closed() -> Unavailable {
    Unavailable::new(
        UnavailableCause::Closed,
        "the task that writes has ended with its runtime; open the store again",
    )
}

fn given_up() -> Unavailable {
    Unavailable::new(
        UnavailableCause::Closed,
        "what was to write it has panicked, or has ended with its runtime",
    )
}
