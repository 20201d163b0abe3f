//! Stores that break one rule of the contract each: the suite has to notice.

mod answer;
mod append;
mod keep;
mod read;

use std::collections::HashMap;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use factum::store::{
    Append, Appended, BoxFuture, Deletes, Durability, NewEvent, Page, Read, Snapshots,
    StoredSnapshot, Survives,
};
use factum::testing::conformance::{Commits, Delay, Kit};
use factum::{EventId, Expected, Ids, Memory, Position, Store, StoreError, StreamName, UuidV7};
use tokio::sync::{Semaphore, watch};

/// What is wrong with a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    None,
    ConflictKeepsTheFirst,
    PositionsInReverse,
    OneByOne,
    TornWhenDropped,
    AThousandAtMost,
    RevisionIgnored,
    ConflictWithoutActual,
    ExpectedBeforeIds,
    NewOnesOfAMixedBatch,
    AnyOrderOfIds,
    ContentIgnored,
    MetadataCompared,
    IdsOfOtherStreams,
    IdsForgotten,
    IdsLookedUpFirst,
    BackwardIsForward,
    AllGroupedByStream,
    PlaceIncluded,
    CheckpointIncluded,
    FilterAfterTheLimit,
    CursorOfTheLastMatch,
    PagesWithoutEnd,
    FindIgnored,
    BareWithoutVersion,
    SpanOfAnotherMoment,
    PlacesClamped,
    LateEvents,
    PositionBeforeCommit,
    HeadBehind,
    NeverWakes,
    ReturnsEarlyForEver,
    FullPagesLoseOne,
    HeadUnknown,
    SnapshotOfAnyAge,
    ShapesClamped,
    SnapshotLookedUpFirst,
    StatesAsText,
    SnapshotOfTheDeleted,
    DeleteForgetsRevisions,
    DeleteDoesNothing,
    DeleteWithoutExpectation,
    HeadOfWhatIsLeft,
    PayloadPrettier,
    NameForced,
    CodecForced,
    MetadataForced,
    TimeOfTheAnswer,
    UsedBefore,
    NamesFolded,
    FilterFolded,
    DoubledWhenDropped,
    KeptWhenDropped,
    GoneButDeclaredDurable,
    IdsForgottenAtTheEnd,
    HundredthForgotten,
    RevisionLookedUpFirst,
    DeleteMiscounts,
}

#[derive(Clone)]
pub struct Broken {
    inner: Memory,
    bug: Bug,
    seen: Arc<Mutex<Seen>>,
    appends: Arc<AtomicUsize>,
    /// What reads take, and give back if they are not dropped.
    slots: Arc<Semaphore>,
    stopped: Stopped,
}

#[derive(Default)]
struct Seen {
    metadata: HashMap<EventId, bytes::Bytes>,
    streams: HashMap<EventId, StreamName>,
    answers: HashMap<EventId, Appended>,
    snapshots: HashMap<StreamName, StoredSnapshot>,
}

/// The stream whose events have positions and are not to be seen yet, and how many appends stand still.
#[derive(Clone, Default)]
struct Stopped(watch::Sender<(Option<StreamName>, usize)>);

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
            appends: Arc::default(),
            slots: Arc::new(Semaphore::new(8)),
            stopped: Stopped::default(),
        }
    }

    async fn reopen(&self, store: Broken) -> Option<Broken> {
        match self.0 {
            Bug::GoneButDeclaredDurable => Some(self.open().await),
            Bug::IdsForgottenAtTheEnd => Some(Broken {
                bug: Bug::IdsForgotten,
                ..store
            }),
            _ => Some(store),
        }
    }

    async fn commits(&self, store: &Broken, stream: &StreamName) -> Commits {
        if self.0 != Bug::PositionBeforeCommit {
            return Commits::OneByOne;
        }
        store.stopped.0.send_replace((Some(stream.clone()), 0));
        Commits::Delayed(Box::new(store.stopped.clone()))
    }
}

impl Delay for Stopped {
    fn reached(&self, appends: usize) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let mut stopped = self.0.subscribe();
            stopped
                .wait_for(|(_, count)| *count >= appends)
                .await
                .unwrap();
        })
    }

    fn release(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            self.0.send_modify(|(stream, _)| *stream = None);
        })
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
