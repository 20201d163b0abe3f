//! Snapshots and deletes with a bug at work.

use factum::store::{Append, BoxFuture, Deletes, NewEvent, Snapshots, StoredSnapshot};
use factum::{EventId, Expected, Ids, Store, StoreError, StreamName, UuidV7};

use super::{Broken, Bug};

impl Snapshots for Broken {
    fn load(
        &self,
        stream: StreamName,
    ) -> BoxFuture<'_, Result<Option<StoredSnapshot>, StoreError>> {
        match self.bug {
            Bug::SnapshotOfAnyAge | Bug::SnapshotOfTheDeleted | Bug::SnapshotLookedUpFirst => {
                Box::pin(
                    async move { Ok(self.seen.lock().unwrap().snapshots.get(&stream).cloned()) },
                )
            }
            Bug::StatesAsText => Box::pin(async move {
                let loaded = self.inner.snapshots().unwrap().load(stream).await?;
                Ok(loaded.map(|snapshot| StoredSnapshot {
                    state: String::from_utf8_lossy(&snapshot.state).into_owned().into(),
                    ..snapshot
                }))
            }),
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
        let keep = |kept: StoredSnapshot| {
            let mut seen = self.seen.lock().unwrap();
            seen.snapshots.insert(kept.stream.clone(), kept);
        };
        if self.bug != Bug::SnapshotLookedUpFirst {
            keep(snapshot.clone());
            return self.inner.snapshots().unwrap().save(snapshot);
        }
        Box::pin(async move {
            let there = self.load(snapshot.stream.clone()).await?;
            tokio::task::yield_now().await;
            if there.is_none_or(|there| there.revision < snapshot.revision) {
                keep(snapshot);
            }
            Ok(())
        })
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
            Bug::DeleteMiscounts => Box::pin(async move {
                let deleted = inner.delete(stream, expected).await?;
                Ok(deleted.saturating_sub(1))
            }),
            _ => inner.delete(stream, expected),
        }
    }
}
