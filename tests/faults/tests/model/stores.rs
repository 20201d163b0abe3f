//! The same operations on real stores, with their answers in the model's words.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Mutex;

use factum::store::{Append, NewEvent, Read, StoredEvent, StoredSnapshot};
use factum::{
    Codec, EventId, Expected, Json, Position, ReadError, Refused, Revision, Store, StoreError,
    Subscription, Uuid,
};
use factum_faults::{Added, AnyStore, Counter, CounterEvent, Place, encoded};
use proptest_state_machine::StateMachineTest;
use tokio::runtime::Runtime;

use super::operation::{Answer, Kept, NAMES, Operation, Request, STREAMS, Seen, Wish};
use super::reference::Model;
use crate::home::Home;

/// All stores, and the positions that each has given out.
pub(crate) struct Stores {
    runtime: Runtime,
    all: Vec<One>,
    answers: Answers,
}

/// How often each kind of answer was given.
pub(crate) type Answers = BTreeMap<&'static str, usize>;

/// Of all histories.
pub(crate) static ANSWERS: Mutex<Answers> = Mutex::new(BTreeMap::new());

struct One {
    home: Home,
    store: Option<AnyStore>,
    positions: Vec<Position>,
    checkpoint: Option<Position>,
}

impl StateMachineTest for Stores {
    type SystemUnderTest = Self;
    type Reference = Model;

    fn init_test(_: &Model) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let all = runtime.block_on(async {
            let mut all = Vec::new();
            for home in Home::of_each().await {
                all.push(One::new(home).await);
            }
            all
        });
        Self {
            runtime,
            all,
            answers: Answers::new(),
        }
    }

    fn apply(mut stores: Self, model: &Model, operation: Operation) -> Self {
        let Self {
            runtime,
            all,
            answers,
        } = &mut stores;
        *answers.entry(model.answer.kind()).or_default() += 1;
        for one in all {
            let answer = runtime.block_on(one.ask(&operation));
            assert_eq!(
                answer, model.answer,
                "{} does not answer as the model does to {operation:?}",
                one.home.place
            );
        }
        stores
    }

    fn teardown(stores: Self, _: Model) {
        let mut answers = ANSWERS.lock().unwrap();
        for (kind, times) in stores.answers {
            *answers.entry(kind).or_default() += times;
        }
    }
}

fn event(wish: &Wish) -> NewEvent {
    let added = Added {
        writer: wish.id,
        number: 0,
        amount: wish.content,
    };
    NewEvent {
        name: NAMES[wish.name].into(),
        ..encoded(Uuid::from_u128(wish.id.into()), &added)
    }
}

fn refusal<T: Debug>(answer: Result<T, StoreError>) -> Answer {
    match answer.unwrap_err() {
        StoreError::Conflict(conflict) => Answer::Conflict(conflict.actual),
        StoreError::Refused(Refused::IdTwice { .. }) => Answer::Refused("ids twice"),
        StoreError::Refused(Refused::IdWithOtherContent { .. }) => Answer::Refused("other content"),
        StoreError::Refused(Refused::PartlyStored { .. }) => Answer::Refused("partly stored"),
        other => panic!("{other:?}"),
    }
}

impl One {
    async fn new(home: Home) -> Self {
        let store = Some(home.open().await);
        Self {
            home,
            store,
            positions: Vec::new(),
            checkpoint: None,
        }
    }

    async fn ask(&mut self, operation: &Operation) -> Answer {
        // What is in memory is gone once it is closed.
        if matches!(operation, Operation::Reopen) && self.home.place != Place::Memory {
            self.store.take().unwrap().close().await;
            self.store = Some(self.home.open().await);
        }
        let store = self.store.clone().unwrap();
        let answer = self.answer(&store, operation).await;
        assert_eq!(
            store.head().await.unwrap().as_ref(),
            self.positions.last(),
            "the head is not the last position that was given out before"
        );
        answer
    }

    async fn answer<S: Store + Clone>(&mut self, store: &S, operation: &Operation) -> Answer {
        match operation {
            Operation::Append(stream, expected, wishes) => {
                self.append(store, *stream, *expected, wishes).await
            }
            Operation::Read(request) => self.read(store, request).await,
            Operation::Delete(stream, expected) => {
                let stream = STREAMS[*stream].parse().unwrap();
                let deleted = store.deletes().unwrap().delete(stream, *expected).await;
                deleted.map_or_else(|error| refusal::<()>(Err(error)), Answer::Deleted)
            }
            Operation::SaveSnapshot(stream, kept) => {
                let snapshot = StoredSnapshot {
                    stream: STREAMS[*stream].parse().unwrap(),
                    first: Revision::new(kept.first),
                    revision: Revision::new(kept.revision),
                    shape: kept.shape,
                    codec: "json".to_owned(),
                    state: vec![kept.state],
                };
                store.snapshots().unwrap().save(snapshot).await.unwrap();
                Answer::Nothing
            }
            Operation::LoadSnapshot(stream) => {
                let stream = STREAMS[*stream].parse().unwrap();
                let kept = store.snapshots().unwrap().load(stream).await.unwrap();
                Answer::Snapshot(kept.map(|kept| Kept {
                    first: kept.first.get(),
                    revision: kept.revision.get(),
                    shape: kept.shape,
                    state: kept.state[0],
                }))
            }
            Operation::Head => {
                let head = store.head().await.unwrap();
                Answer::Head(head.map(|head| self.number(head)))
            }
            Operation::Reopen => Answer::Nothing,
            Operation::Step(limit) => self.step(store, *limit).await,
            Operation::StepAhead => {
                let ahead = self.positions.last().map_or(1, |last| last.get() + 1);
                let mut events = Subscription::aggregate::<Counter>(store.clone());
                events = events.after(Some(Position::new(ahead)));
                match events.catch_up().await {
                    Err(ReadError::CheckpointAheadOfStore(_)) => Answer::CheckpointAhead,
                    other => panic!("{other:?}"),
                }
            }
        }
    }

    async fn append(
        &mut self,
        store: &impl Store,
        stream: usize,
        expected: Expected,
        wishes: &[Wish],
    ) -> Answer {
        let events = wishes.iter().map(event).collect();
        let append = match Append::new(STREAMS[stream].parse().unwrap(), expected, events) {
            Ok(append) => append,
            Err(refused) => return refusal::<()>(Err(refused.into())),
        };
        let appended = match store.append(append).await {
            Ok(appended) => appended,
            Err(error) => return refusal::<()>(Err(error)),
        };
        if !appended.repeated {
            for position in &appended.positions {
                let last = self.positions.last();
                assert!(
                    last < Some(position),
                    "position {position} was given out before, or is behind {last:?}"
                );
                self.positions.push(*position);
            }
        }
        Answer::Appended {
            first: appended.first,
            numbers: appended
                .positions
                .iter()
                .map(|at| self.number(*at))
                .collect(),
            repeated: appended.repeated,
        }
    }

    async fn read(&self, store: &impl Store, request: &Request) -> Answer {
        let mut read = match request.stream {
            Some(stream) => {
                let after = request.after.map(|after| Revision::new(after as u64));
                Read::stream(STREAMS[stream].parse().unwrap(), after)
            }
            None => Read::all(request.after.map(|after| self.position(after))),
        };
        read.direction = request.direction;
        read.limit = request.limit;
        read.find = request
            .find
            .map(|id| EventId::new(Uuid::from_u128(id.into())));
        read.filter.categories = request.categories.iter().map(|one| (*one).into()).collect();
        read.filter.names = request.names.iter().map(|one| (*one).into()).collect();
        let first = store.read(read.clone()).await.unwrap();
        let (mut next, mut events) = (Some(read), Vec::new());
        while let Some(read) = next {
            let page = store.read(read.clone()).await.unwrap();
            assert!(
                page.len() <= request.limit,
                "{} events in a page",
                page.len()
            );
            events.extend(page.iter().map(|event| self.seen(&event)));
            next = page.next();
            assert_ne!(next.as_ref(), Some(&read), "the cursor stands still");
        }
        Answer::Events {
            events,
            span: first.span(),
            found: first.found(),
        }
    }

    fn seen(&self, event: &StoredEvent<'_>) -> Seen {
        let added: Added = Json::default().decode(event.payload).unwrap();
        let id = u64::try_from(event.id.get().as_u128()).unwrap();
        assert_eq!(added.writer, id, "the payload of another event");
        Seen {
            number: self.number(event.position),
            stream: STREAMS
                .iter()
                .position(|stream| *stream == event.stream)
                .unwrap(),
            revision: event.revision,
            wish: Wish {
                id,
                content: added.amount,
                name: NAMES.iter().position(|name| *name == event.name).unwrap(),
            },
        }
    }

    async fn step<S: Store + Clone>(&mut self, store: &S, limit: usize) -> Answer {
        let mut events = Subscription::aggregate::<Counter>(store.clone());
        events = events.after(self.checkpoint).batch(limit);
        let Some(batch) = events.catch_up().await.unwrap() else {
            return Answer::Batch(None);
        };
        self.checkpoint = batch.checkpoint();
        let ids = batch.iter().map(|recorded| {
            let CounterEvent::Added(added) = recorded.unwrap().event;
            added.writer
        });
        Answer::Batch(Some((
            ids.collect(),
            self.checkpoint.map(|at| self.number(at)),
        )))
    }

    /// Which event has this position.
    fn number(&self, position: Position) -> usize {
        let number = self.positions.iter().rposition(|given| *given == position);
        number.unwrap_or_else(|| panic!("position {position} was never given out"))
    }

    /// The position of an event, or one past the end.
    fn position(&self, number: usize) -> Position {
        let end = self.positions.last().map_or(0, |last| last.get());
        let behind = || Position::new(end + 1 + (number - self.positions.len()) as u64);
        self.positions.get(number).copied().unwrap_or_else(behind)
    }
}
