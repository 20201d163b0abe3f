//! What was answered to a request, in a form that can be compared, kept and sent to another process.

use factum::store::Read;
use factum::{Done, Position, Revision, Store, Timestamp, Uuid};
use serde::{Deserialize, Serialize};

use crate::domain::{Added, Counter, CounterEvent};

/// An addition with its place.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Hash)]
pub struct Row {
    /// Which event.
    pub id: Uuid,
    /// In which stream.
    pub stream: String,
    /// Where in the stream.
    pub revision: u64,
    /// Where in the store.
    pub position: u64,
    /// By the store's clock.
    pub recorded_at: Timestamp,
    /// What was added.
    pub added: Added,
}

/// An answer: what the request recorded, and the state behind it.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Hash)]
pub struct Answer {
    /// The events.
    pub rows: Vec<Row>,
    /// The sum of the counter.
    pub sum: u64,
    /// How many additions it has.
    pub additions: u64,
}

impl From<&Done<Counter>> for Answer {
    fn from(done: &Done<Counter>) -> Self {
        let rows: Vec<_> = done
            .events
            .iter()
            .map(|event| {
                let CounterEvent::Added(added) = &event.event;
                Row {
                    id: event.id.get(),
                    stream: event.stream.as_str().to_owned(),
                    revision: event.revision.get(),
                    position: event.position.get(),
                    recorded_at: event.recorded_at,
                    added: added.clone(),
                }
            })
            .collect();
        let last = rows.last();
        assert_eq!(
            done.position.map(Position::get),
            last.map(|row| row.position)
        );
        assert_eq!(
            done.revision.map(Revision::get),
            last.map(|row| row.revision)
        );
        Self {
            sum: done.state.sum,
            additions: done.state.additions,
            rows,
        }
    }
}

/// All that is stored, by position.
pub async fn stored(store: &impl Store) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut next = Some(Read::all(None));
    while let Some(read) = next {
        let page = store.read(read).await.unwrap();
        rows.extend(page.iter().map(|event| Row {
            id: event.id.get(),
            stream: event.stream.to_owned(),
            revision: event.revision.get(),
            position: event.position.get(),
            recorded_at: event.recorded_at,
            added: serde_json::from_slice(event.payload).unwrap(),
        }));
        next = page.next();
    }
    rows
}
