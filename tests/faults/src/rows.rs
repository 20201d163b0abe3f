//! Events as they lie in a store: made from the shared domain, and read back whole.

use factum::store::{NewEvent, Read};
use factum::{Codec, EventId, Json, Position, Revision, Store, Uuid};

use crate::Added;

/// An event as it was read, with a life of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Which event it is.
    pub id: u128,
    /// Its stream's whole name.
    pub stream: String,
    /// Its place in the stream.
    pub revision: Revision,
    /// Its place in the store.
    pub position: Position,
    /// Its stored name.
    pub name: String,
    /// Its codec's name.
    pub codec: String,
    /// For which tenant.
    pub tenant: Option<String>,
    /// What happened, encoded.
    pub payload: Vec<u8>,
}

/// Everything that a request leads to, page by page.
pub async fn rows(store: &impl Store, read: Read) -> Vec<Row> {
    let (mut next, mut rows) = (Some(read), Vec::new());
    while let Some(read) = next {
        let page = store.read(read).await.unwrap();
        rows.extend(page.iter().map(|event| Row {
            id: event.id.get().as_u128(),
            stream: event.stream.to_owned(),
            revision: event.revision,
            position: event.position,
            name: event.name.to_owned(),
            codec: event.codec.to_owned(),
            tenant: event.tenant.map(str::to_owned),
            payload: event.payload.to_vec(),
        }));
        next = page.next();
    }
    rows
}

/// An addition, encoded as the repository would.
pub fn encoded(id: u128, added: &Added) -> NewEvent {
    let mut payload = Vec::new();
    Json::default().encode(added, &mut payload).unwrap();
    NewEvent::json(EventId::new(Uuid::from_u128(id)), "counter.added", payload)
}

impl Row {
    /// The addition that it holds.
    pub fn added(&self) -> Added {
        Json::default().decode(&self.payload).unwrap()
    }
}
