//! An event as it stands in a store, whoever says so.

use std::fmt;

use factum::store::{Append, Appended, NewEvent, Read, StoredEvent};
use factum::{Codec, EventId, Json, Recorded, Store, Timestamp, Uuid};
use serde::{Deserialize, Serialize};

use crate::domain::{Added, CounterEvent};

/// An event where a store says that it is, where a writer was told that it is, or where a reader saw it.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Eq, Hash)]
pub struct Row {
    /// Which event it is.
    pub id: Uuid,
    /// Its stream's whole name.
    pub stream: String,
    /// Its place in the stream.
    pub revision: u64,
    /// Its place in the store.
    pub position: u64,
    /// By the store's clock.
    pub recorded_at: Timestamp,
    /// Its stored name.
    pub name: String,
    /// Its codec's name.
    pub codec: String,
    /// For which tenant.
    pub tenant: Option<String>,
    /// What happened, encoded.
    pub payload: String,
}

impl Row {
    /// What a writer was told of what it has sent.
    pub fn told(append: &Append, appended: &Appended) -> Vec<Self> {
        assert_eq!(append.events().len(), appended.positions.len());
        let places = (appended.first.get()..).zip(&appended.positions);
        let rows = append.events().iter().zip(places);
        rows.map(|(event, (revision, position))| Self {
            id: event.id.get(),
            stream: append.stream().as_str().to_owned(),
            revision,
            position: position.get(),
            recorded_at: appended.recorded_at,
            name: event.name.clone().into_owned(),
            codec: event.codec.clone().into_owned(),
            tenant: event.tenant.as_deref().map(str::to_owned),
            payload: text(&event.payload),
        })
        .collect()
    }

    /// The addition that it holds.
    pub fn added(&self) -> Added {
        Json::default().decode(self.payload.as_bytes()).unwrap()
    }
}

impl From<StoredEvent<'_>> for Row {
    fn from(event: StoredEvent<'_>) -> Self {
        Self {
            id: event.id.get(),
            stream: event.stream.to_owned(),
            revision: event.revision.get(),
            position: event.position.get(),
            recorded_at: event.recorded_at,
            name: event.name.to_owned(),
            codec: event.codec.to_owned(),
            tenant: event.tenant.map(str::to_owned),
            payload: text(event.payload),
        }
    }
}

impl From<&Recorded<CounterEvent>> for Row {
    fn from(event: &Recorded<CounterEvent>) -> Self {
        let CounterEvent::Added(added) = &event.event;
        let encoded = encoded(event.id.get(), added);
        Self {
            id: event.id.get(),
            stream: event.stream.as_str().to_owned(),
            revision: event.revision.get(),
            position: event.position.get(),
            recorded_at: event.recorded_at,
            name: event.name.to_owned(),
            codec: encoded.codec.into_owned(),
            tenant: None,
            payload: text(&encoded.payload),
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            id,
            stream,
            name,
            revision,
            position,
            payload,
            ..
        } = self;
        write!(
            f,
            "event {id} (`{name}` {payload}, revision {revision} of `{stream}`, position {position})"
        )
    }
}

/// Everything that a request leads to, page by page.
pub async fn rows(store: &impl Store, read: Read) -> Vec<Row> {
    let (mut next, mut rows) = (Some(read), Vec::new());
    while let Some(read) = next {
        let page = store.read(read).await.unwrap();
        rows.extend(page.iter().map(Row::from));
        next = page.next();
    }
    rows
}

/// All that is stored, by position.
pub async fn stored(store: &impl Store) -> Vec<Row> {
    rows(store, Read::all(None)).await
}

/// An addition, encoded as the repository would.
pub fn encoded(id: Uuid, added: &Added) -> NewEvent {
    let mut payload = Vec::new();
    Json::default().encode(added, &mut payload).unwrap();
    NewEvent::json(EventId::new(id), "counter.added", payload)
}

fn text(payload: &[u8]) -> String {
    String::from_utf8(payload.to_vec()).unwrap()
}
