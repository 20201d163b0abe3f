//! What may lie where the snapshot of a stream should be, and how it gets there.

use std::time::Duration;

use factum::postgres::tokio_postgres::Client;
use factum::sqlite::rusqlite::{Connection, params};
use factum::store::StoredSnapshot;
use factum::{Aggregate, Revision, Store, StreamName};
use factum_faults::{AnyStore, Place};

use super::EVERY;
use super::chain::{Chain, reshaped, restamped};
use crate::home::session;

/// What lies where the snapshot should be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum There {
    Nothing,
    Old,
    Newest,
    /// Of events that the stream does not have: its events were restored, and its snapshot was not.
    Ahead,
    /// Of the stream as it was before it was deleted.
    OfEarlierLife,
    OfShapeBefore,
    OfShapeAfter,
    /// Folded by code that computes something else from the same events.
    OfOtherLogic,
    Corrupt,
    HalfWritten,
    OfOtherCodec,
}

pub(crate) const ALL: [There; 11] = [
    There::Nothing,
    There::Old,
    There::Newest,
    There::Ahead,
    There::OfEarlierLife,
    There::OfShapeBefore,
    There::OfShapeAfter,
    There::OfOtherLogic,
    There::Corrupt,
    There::HalfWritten,
    There::OfOtherCodec,
];

/// The links of one stream, and a state with what is wrong in it.
pub(crate) struct History {
    pub(crate) id: String,
    pub(crate) links: Vec<u64>,
    pub(crate) first: u64,
    pub(crate) random: fastrand::Rng,
}

impl History {
    pub(crate) fn name(&self) -> StreamName {
        StreamName::new(Chain::NAME, &self.id).unwrap()
    }

    fn last(&self) -> u64 {
        self.first + self.links.len() as u64 - 1
    }

    fn snapshot(&self, revision: u64, state: Vec<u8>) -> StoredSnapshot {
        StoredSnapshot {
            stream: self.name(),
            first: Revision::new(self.first),
            revision: Revision::new(revision),
            shape: Chain::shape(),
            codec: "json".to_owned(),
            state,
        }
    }

    /// The snapshot; a state that must not be used says so by its value.
    pub(crate) fn planted(&mut self, there: There) -> Option<StoredSnapshot> {
        let last = self.last();
        let wrong = serde_json::to_vec(&Chain {
            value: 666,
            links: 666,
        })
        .unwrap();
        let right = |links: &[u64]| serde_json::to_vec(&Chain::of(links)).unwrap();
        let newest = self.snapshot(last, right(&self.links));
        Some(match there {
            There::Nothing => return None,
            There::Old => {
                let links = self.random.usize(1..self.links.len());
                self.snapshot(self.first + links as u64 - 1, right(&self.links[..links]))
            }
            There::Newest => newest,
            There::Ahead => {
                let ahead = last + self.random.u64(1..=EVERY);
                self.snapshot(ahead, wrong)
            }
            There::OfEarlierLife => StoredSnapshot {
                first: Revision::new(self.first + 1),
                ..self.snapshot(last, wrong)
            },
            There::OfShapeBefore => StoredSnapshot {
                shape: Chain::shape() - 1,
                ..self.snapshot(last, wrong)
            },
            There::OfShapeAfter => StoredSnapshot {
                shape: reshaped::Chain::shape(),
                ..self.snapshot(last, wrong)
            },
            There::OfOtherLogic => StoredSnapshot {
                shape: restamped::Chain::shape(),
                ..self.snapshot(last, of_other_logic(&self.links))
            },
            There::Corrupt => {
                let state = (0..self.random.usize(1..40))
                    .map(|_| self.random.u8(128..))
                    .collect();
                self.snapshot(last, state)
            }
            There::HalfWritten => {
                let half = self.random.usize(..newest.state.len());
                self.snapshot(last, newest.state[..half].to_vec())
            }
            There::OfOtherCodec => StoredSnapshot {
                codec: "cbor".to_owned(),
                ..self.snapshot(last, wrong)
            },
        })
    }
}

fn of_other_logic(links: &[u64]) -> Vec<u8> {
    serde_json::to_vec(&restamped::Chain::of(links)).unwrap()
}

/// A store, and the way to put a snapshot there past it: it would not take all of them.
pub(crate) struct Ground {
    pub(crate) place: Place,
    pub(crate) store: AnyStore,
    session: Option<Client>,
}

impl Ground {
    pub(crate) async fn of(place: Place, store: AnyStore) -> Self {
        let session = match place.url() {
            Some(url) => Some(session(url).await),
            None => None,
        };
        Self {
            place,
            store,
            session,
        }
    }

    /// Puts it there, where nothing was, and says whether it lies there. Memory, which there is no way past,
    /// refuses what is of events that the stream does not have.
    pub(crate) async fn plant(&self, history: &mut History, there: There) -> bool {
        let snapshots = self.store.snapshots().unwrap();
        let before = snapshots.load(history.name()).await.unwrap();
        assert_eq!(before, None, "a snapshot lies there before one is planted");
        let planted = history.planted(there);
        if let Some(snapshot) = &planted {
            match (&self.session, self.place.path()) {
                (Some(session), _) => on_the_server(session, snapshot).await,
                (_, Some(path)) => in_the_file(&Connection::open(path).unwrap(), snapshot),
                _ => snapshots.save(snapshot.clone()).await.unwrap(),
            }
        }
        let lies = snapshots.load(history.name()).await.unwrap();
        let refused =
            self.place == Place::Memory && matches!(there, There::Ahead | There::OfEarlierLife);
        let expected = planted.filter(|_| !refused);
        assert_eq!(lies, expected, "planted {there:?}, {}", self.place);
        lies.is_some()
    }
}

fn in_the_file(raw: &Connection, snapshot: &StoredSnapshot) {
    raw.busy_timeout(Duration::from_secs(60)).unwrap();
    raw.execute(
        "INSERT INTO factum_snapshots (stream, first, revision, shape, codec, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            snapshot.stream.as_str(),
            snapshot.first.get().cast_signed(),
            snapshot.revision.get().cast_signed(),
            snapshot.shape.cast_signed(),
            snapshot.codec,
            snapshot.state,
        ],
    )
    .unwrap();
}

async fn on_the_server(session: &Client, snapshot: &StoredSnapshot) {
    let insert = "INSERT INTO factum.snapshots (stream, first, revision, shape, codec, state)
         VALUES ($1, $2, $3, $4, $5, $6)";
    let [first, revision, shape] = [
        snapshot.first.get(),
        snapshot.revision.get(),
        snapshot.shape,
    ]
    .map(u64::cast_signed);
    let stream = snapshot.stream.as_str();
    session
        .execute(
            insert,
            &[
                &stream,
                &first,
                &revision,
                &shape,
                &snapshot.codec,
                &snapshot.state,
            ],
        )
        .await
        .unwrap();
}
