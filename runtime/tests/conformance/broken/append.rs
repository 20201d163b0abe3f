//! Appends with a bug at work.

use factum::store::{Append, Appended, NewEvent, Read};
use factum::{
    Conflict, EventId, Expected, Ids, Position, Refused, Revision, Store, StoreError, StreamName,
    Uuid, UuidV7,
};
use std::time::Duration;

use super::{Broken, Bug};

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

    /// The append with the bug at work before it reaches the store; `Err` is the answer already.
    async fn twisted(&self, append: &Append) -> Result<Append, Result<Appended, StoreError>> {
        let (stream, expected) = (append.stream(), append.expected());
        let map = |change: fn(NewEvent) -> NewEvent| {
            remade(
                append,
                expected,
                append.events().iter().cloned().map(change).collect(),
            )
        };
        Ok(match self.bug {
            Bug::RevisionIgnored if matches!(expected, Expected::Revision(_)) => {
                remade(append, Expected::Any, append.events().to_vec())
            }
            Bug::ExpectedBeforeIds => {
                let actual = self.actual(stream).await;
                if !expected.met_by(actual) {
                    let stream = stream.clone();
                    return Err(Err(Conflict {
                        stream,
                        expected,
                        actual,
                    }
                    .into()));
                }
                append.clone()
            }
            Bug::MetadataCompared => {
                let mut seen = self.seen.lock().unwrap();
                for event in append.events() {
                    let first = seen
                        .metadata
                        .entry(event.id)
                        .or_insert(event.metadata.clone());
                    if *first != event.metadata {
                        let (stream, id) = (stream.clone(), event.id);
                        return Err(Err(Refused::IdWithOtherContent { stream, id }.into()));
                    }
                }
                append.clone()
            }
            Bug::IdsOfOtherStreams => {
                let id = append.events()[0].id;
                let mut seen = self.seen.lock().unwrap();
                let first = seen.streams.entry(id).or_insert(stream.clone()).clone();
                drop(seen);
                if first != *stream {
                    let (first, positions) = (Revision::FIRST, vec![Position::new(1)]);
                    let recorded_at = factum::Timestamp::UNIX_EPOCH;
                    return Err(Ok(Appended {
                        first,
                        positions,
                        recorded_at,
                        repeated: true,
                    }));
                }
                append.clone()
            }
            Bug::IdsForgotten => map(|event| NewEvent {
                id: EventId::new(Uuid::new_v5(&event.id.get(), UuidV7.fresh().as_bytes())),
                ..event
            }),
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
        })
    }

    pub(super) async fn appended(&self, append: Append) -> Result<Appended, StoreError> {
        let append = match self.twisted(&append).await {
            Ok(append) => append,
            Err(answer) => return answer,
        };
        if self.bug == Bug::OneByOne {
            return self.one_by_one(&append).await;
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
