//! Stores that break one sentence of the contract each: the suite has to notice.

mod append;
mod read;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use factum::store::{
    Append, Appended, BoxFuture, Deletes, Durability, NewEvent, Page, Read, Snapshots,
    StoredSnapshot, Survives,
};
use factum::testing::conformance::Kit;
use factum::{EventId, Expected, Ids, Memory, Position, Store, StoreError, StreamName, UuidV7};

/// What is wrong with a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    ConflictKeepsTheFirst,
    PositionsInReverse,
    OneByOne,
    RevisionIgnored,
    ConflictWithoutActual,
    ExpectedBeforeIds,
    NewOnesOfAMixedBatch,
    AnyOrderOfIds,
    ContentIgnored,
    MetadataCompared,
    IdsOfOtherStreams,
    IdsForgotten,
    GoneButDeclaredDurable,
    LateEvents,
    HeadBehind,
    BackwardIsForward,
    PlaceIncluded,
    FilterAfterTheLimit,
    CursorOfTheLastMatch,
    PagesWithoutEnd,
    FindIgnored,
    PlacesClamped,
    NeverWakes,
    ReturnsEarlyForEver,
    HeadUnknown,
    PayloadPrettier,
    NamesFolded,
    CodecForced,
    NameForced,
    MetadataForced,
    UsedBefore,
    DeleteWithoutExpectation,
    DeleteDoesNothing,
    DeleteForgetsRevisions,
    HeadOfWhatIsLeft,
    SnapshotOfAnyAge,
    SnapshotOfTheDeleted,
    ShapesClamped,
}

#[derive(Clone)]
pub struct Broken {
    inner: Memory,
    bug: Bug,
    /// Metadata, or the stream, that an id came with first; and streams begun anew after a delete.
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    metadata: HashMap<EventId, bytes::Bytes>,
    streams: HashMap<EventId, StreamName>,
    snapshots: HashMap<StreamName, StoredSnapshot>,
}

pub struct BrokenKit(pub Bug);

impl Kit for BrokenKit {
    type Store = Broken;

    async fn open(&self) -> Broken {
        let inner = Memory::new();
        if self.0 == Bug::UsedBefore {
            let (stream, first) = ("used-before".parse().unwrap(), EventId::new(UuidV7.fresh()));
            let events = vec![NewEvent::json(first, "used", "{}")];
            let append = Append::new(stream, Expected::Any, events).unwrap();
            inner.append(append).await.unwrap();
        }
        Broken {
            inner,
            bug: self.0,
            seen: Arc::default(),
        }
    }

    async fn reopen(&self, store: Broken) -> Option<Broken> {
        match self.0 {
            Bug::GoneButDeclaredDurable => Some(self.open().await),
            _ => Some(store),
        }
    }
}

impl Store for Broken {
    fn append(&self, append: Append) -> BoxFuture<'_, Result<Appended, StoreError>> {
        Box::pin(self.appended(append))
    }

    fn read(&self, read: Read) -> BoxFuture<'_, Result<Page, StoreError>> {
        Box::pin(self.page(read))
    }

    fn head(&self) -> BoxFuture<'_, Result<Option<Position>, StoreError>> {
        Box::pin(self.highest())
    }

    fn wait(
        &self,
        after: Option<Position>,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        match self.bug {
            Bug::NeverWakes => Box::pin(async move {
                tokio::time::sleep(timeout).await;
                Ok(())
            }),
            Bug::ReturnsEarlyForEver => Box::pin(std::future::pending()),
            _ => self.inner.wait(after, timeout),
        }
    }

    fn durability(&self) -> Durability {
        Durability {
            survives: Survives::Process,
            settings: "broken".to_owned(),
        }
    }

    fn snapshots(&self) -> Option<&dyn Snapshots> {
        Some(self)
    }

    fn deletes(&self) -> Option<&dyn Deletes> {
        Some(self)
    }
}

impl Snapshots for Broken {
    fn load(
        &self,
        stream: StreamName,
    ) -> BoxFuture<'_, Result<Option<StoredSnapshot>, StoreError>> {
        match self.bug {
            Bug::SnapshotOfAnyAge | Bug::SnapshotOfTheDeleted => {
                Box::pin(
                    async move { Ok(self.seen.lock().unwrap().snapshots.get(&stream).cloned()) },
                )
            }
            Bug::ShapesClamped => Box::pin(async move {
                let loaded = self.inner.snapshots().unwrap().load(stream).await?;
                Ok(loaded.map(|snapshot| StoredSnapshot {
                    shape: snapshot.shape.min(i64::MAX.unsigned_abs()),
                    ..snapshot
                }))
            }),
            _ => self.inner.snapshots().unwrap().load(stream),
        }
    }

    fn save(&self, snapshot: StoredSnapshot) -> BoxFuture<'_, Result<(), StoreError>> {
        let kept = snapshot.clone();
        self.seen
            .lock()
            .unwrap()
            .snapshots
            .insert(kept.stream.clone(), kept);
        self.inner.snapshots().unwrap().save(snapshot)
    }
}

impl Deletes for Broken {
    fn delete(
        &self,
        stream: StreamName,
        expected: Expected,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        let inner = self.inner.deletes().unwrap();
        match self.bug {
            Bug::DeleteWithoutExpectation => inner.delete(stream, Expected::Any),
            Bug::DeleteDoesNothing => Box::pin(async move {
                let last = self.actual(&stream).await;
                Ok(last.map_or(0, |last| last.next().get()))
            }),
            Bug::DeleteForgetsRevisions => Box::pin(async move {
                // An event that nobody sent takes a revision away from those who come.
                let deleted = inner.delete(stream.clone(), expected).await?;
                let extra = NewEvent::json(EventId::new(UuidV7.fresh()), "extra", "{}");
                self.inner
                    .append(Append::new(stream.clone(), Expected::Any, vec![extra])?)
                    .await?;
                inner.delete(stream, Expected::Any).await?;
                Ok(deleted)
            }),
            _ => inner.delete(stream, expected),
        }
    }
}
