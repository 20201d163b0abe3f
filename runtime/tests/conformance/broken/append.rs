//! Appends with a bug at work.

use factum::store::{Append, Appended, NewEvent, Read};
use factum::{
    Conflict, EventId, Expected, Ids, Memory, Refused, Revision, Store, StoreError, StreamName,
    Uuid, UuidV7,
};
use futures_util::FutureExt;
use std::time::Duration;

use super::{Broken, Bug};

fn with_another_id(event: NewEvent) -> NewEvent {
    let id = Uuid::new_v5(&event.id.get(), UuidV7.fresh().as_bytes());
    NewEvent {
        id: EventId::new(id),
        ..event
    }
}

fn remade(append: &Append, expected: Expected, events: Vec<NewEvent>) -> Append {
    Append::new(append.stream().clone(), expected, events).unwrap()
}

impl Broken {
    pub(super) async fn actual(&self, stream: &StreamName) -> Option<Revision> {
        let page = self
            .inner
            .read(Read::stream(stream.clone(), None).limit(1))
            .await
            .unwrap();
        page.span().map(|span| span.last)
    }

    async fn place(&self, stream: &StreamName, id: EventId) -> Option<Revision> {
        let read = Read::stream(stream.clone(), None).find(Some(id));
        self.inner.read(read).await.unwrap().found()
    }

    /// The append with the bug at work before it reaches the store.
    async fn twisted(&self, append: &Append) -> Append {
        let (stream, expected) = (append.stream(), append.expected());
        let map = |change: fn(NewEvent) -> NewEvent| {
            let events = append.events().iter().cloned().map(change);
            remade(append, expected, events.collect())
        };
        let whatever = || remade(append, Expected::Any, append.events().to_vec());
        match self.bug {
            Bug::RevisionIgnored if matches!(expected, Expected::Revision(_)) => whatever(),
            Bug::RevisionLookedUpFirst => {
                let actual = self.actual(stream).await;
                tokio::task::yield_now().await;
                if expected.met_by(actual) {
                    whatever()
                } else {
                    append.clone()
                }
            }
            Bug::IdsForgotten => map(with_another_id),
            Bug::PayloadPrettier => map(|event| {
                let value: Result<serde_json::Value, _> = serde_json::from_slice(&event.payload);
                let pretty = value.map(|value| value.to_string().into());
                NewEvent {
                    payload: pretty.unwrap_or(event.payload.clone()),
                    ..event
                }
            }),
            Bug::NamesFolded => {
                let name: StreamName = stream.as_str().to_lowercase().parse().unwrap();
                Append::new(name, expected, append.events().to_vec()).unwrap()
            }
            Bug::CodecForced => map(|event| NewEvent {
                codec: "json".into(),
                ..event
            }),
            Bug::NameForced => map(|event| NewEvent {
                name: "conformance.counted".into(),
                ..event
            }),
            Bug::MetadataForced => map(|event| NewEvent {
                metadata: NewEvent::json(event.id, "", "").metadata,
                ..event
            }),
            _ => append.clone(),
        }
    }

    pub(super) async fn appended(&self, append: Append) -> Result<Appended, StoreError> {
        if let Some(answer) = self.answered(&append).await {
            return answer;
        }
        let append = self.twisted(&append).await;
        match self.bug {
            Bug::OneByOne | Bug::TornWhenDropped => return self.one_by_one(&append).await,
            Bug::IdsLookedUpFirst => return self.looked_up_first(&append).await,
            Bug::DoubledWhenDropped => {
                let sent = SentAgain(Some((self.inner.clone(), append.clone())));
                tokio::task::yield_now().await;
                sent.done();
            }
            _ => {}
        }
        let answer = self.inner.append(append.clone()).await;
        match (self.bug, answer) {
            (Bug::ConflictKeepsTheFirst, Err(StoreError::Conflict(conflict))) => {
                let first = vec![append.events()[0].clone()];
                self.inner
                    .append(remade(&append, Expected::Any, first))
                    .await
                    .unwrap();
                Err(conflict.into())
            }
            (Bug::ConflictWithoutActual, Err(StoreError::Conflict(conflict))) => Err(Conflict {
                actual: None,
                ..conflict
            }
            .into()),
            (Bug::PositionBeforeCommit, Ok(appended)) => {
                let is_stopped = |(stream, count): &mut (Option<StreamName>, usize)| {
                    let is_it = stream.as_ref() == Some(append.stream());
                    *count += usize::from(is_it);
                    is_it
                };
                if self.stopped.0.send_if_modified(is_stopped) {
                    let mut stopped = self.stopped.0.subscribe();
                    stopped
                        .wait_for(|(stream, _)| stream.is_none())
                        .await
                        .unwrap();
                }
                Ok(appended)
            }
            (Bug::TimeOfTheAnswer, Ok(appended)) => Ok(Appended {
                recorded_at: factum::Timestamp::UNIX_EPOCH,
                ..appended
            }),
            (Bug::PositionsInReverse, Ok(mut appended)) => {
                appended.positions.reverse();
                Ok(appended)
            }
            (Bug::NewOnesOfAMixedBatch, Err(StoreError::Refused(Refused::PartlyStored { .. }))) => {
                let mut new = Vec::new();
                for event in append.events() {
                    if self.place(append.stream(), event.id).await.is_none() {
                        new.push(event.clone());
                    }
                }
                self.inner.append(remade(&append, Expected::Any, new)).await
            }
            (Bug::AnyOrderOfIds, Err(StoreError::Refused(Refused::PartlyStored { .. })))
            | (Bug::ContentIgnored, Err(StoreError::Refused(Refused::IdWithOtherContent { .. }))) =>
            {
                let one = vec![append.events()[0].clone()];
                self.inner.append(remade(&append, Expected::Any, one)).await
            }
            (_, answer) => answer,
        }
    }

    /// Asks whether the ids are known, and then writes whatever happened meanwhile.
    async fn looked_up_first(&self, append: &Append) -> Result<Appended, StoreError> {
        let id = append.events()[0].id;
        let answer = self.seen.lock().unwrap().answers.get(&id).cloned();
        if let Some(answer) = answer {
            let repeated = true;
            return Ok(Appended { repeated, ..answer });
        }
        tokio::task::yield_now().await;
        let events = append.events().iter().cloned().map(with_another_id);
        let new = remade(append, append.expected(), events.collect());
        let answer = self.inner.append(new).await?;
        let mut seen = self.seen.lock().unwrap();
        seen.answers.insert(id, answer.clone());
        Ok(answer)
    }

    async fn one_by_one(&self, append: &Append) -> Result<Appended, StoreError> {
        let mut whole: Option<Appended> = None;
        for event in append.events() {
            let expected = if whole.is_some() {
                Expected::Any
            } else {
                append.expected()
            };
            let one = remade(append, expected, vec![event.clone()]);
            let mut part = self.inner.append(one).await?;
            tokio::time::sleep(Duration::from_millis(1)).await;
            match &mut whole {
                Some(whole) => whole.positions.append(&mut part.positions),
                None => whole = Some(part),
            }
        }
        Ok(whole.unwrap())
    }
}

/// Stores a batch when it is dropped, under ids that nobody knows.
struct SentAgain(Option<(Memory, Append)>);

impl SentAgain {
    fn done(mut self) {
        self.0 = None;
    }
}

impl Drop for SentAgain {
    fn drop(&mut self) {
        if let Some((store, append)) = self.0.take() {
            let events = append.events().iter().cloned().map(with_another_id);
            let new = remade(&append, Expected::Any, events.collect());
            let _ = store.append(new).now_or_never();
        }
    }
}
