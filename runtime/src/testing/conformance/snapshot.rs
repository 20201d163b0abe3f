//! Keeping snapshots, where the store does; one that does not has nothing to show here.

use super::Kit;
use super::fixture::{events, put, stream};
use crate::place::{Expected, Revision};
use crate::store::{Store, StoredSnapshot};

fn snapshot(first: u64, revision: u64, shape: u64) -> StoredSnapshot {
    StoredSnapshot {
        stream: stream("snapshot"),
        first: Revision::new(first),
        revision: Revision::new(revision),
        shape,
        codec: "json".to_owned(),
        state: format!("{first}/{revision}/{shape}\0").into_bytes(),
    }
}

/// "Keeps a snapshot, if it is of the stream as it is now and replaces the one that is there."
pub async fn keeps_the_latest_snapshot(kit: impl Kit) {
    let store = kit.open().await;
    let Some(snapshots) = store.snapshots() else {
        return;
    };
    put(&store, &stream("snapshot"), events(0..30)).await;
    assert_eq!(snapshots.load(stream("snapshot")).await.unwrap(), None);
    let age = 0xfff3 << 48;
    let (shape, other, older, newer) = (age + 5, age + 4, 0xfff2 << 48, 0xfff4 << 48);
    let saved = [
        (snapshot(0, 9, shape), true),
        (snapshot(0, 4, shape), false),
        (snapshot(0, 9, shape), false),
        (snapshot(0, 19, shape), true),
        (snapshot(0, 14, other), true),
        (snapshot(15, 16, other), false),
        (snapshot(0, 30, other), false),
        (snapshot(0, 28, other), true),
        (snapshot(0, 29, older), false),
        (snapshot(0, 10, newer), true),
        (snapshot(0, 29, shape), false),
        (snapshot(0, 29, newer), true),
    ];
    let mut kept = None;
    for (new, replaces) in saved {
        snapshots.save(new.clone()).await.unwrap();
        if replaces {
            kept = Some(new);
        }
        assert_eq!(snapshots.load(stream("snapshot")).await.unwrap(), kept);
    }
    assert_eq!(snapshots.load(stream("other")).await.unwrap(), None);
}

/// "Deletes all events of a stream and its snapshot", and "nor does anything of them come back".
pub async fn forgets_the_snapshot_of_a_deleted_stream(kit: impl Kit) {
    let store = kit.open().await;
    let (Some(snapshots), Some(deletes)) = (store.snapshots(), store.deletes()) else {
        return;
    };
    put(&store, &stream("snapshot"), events(0..3)).await;
    snapshots.save(snapshot(0, 2, 1)).await.unwrap();
    deletes
        .delete(stream("snapshot"), Expected::Any)
        .await
        .unwrap();
    assert_eq!(snapshots.load(stream("snapshot")).await.unwrap(), None);
    // A slow writer comes with the snapshot of what was deleted in the meantime.
    snapshots.save(snapshot(0, 2, 1)).await.unwrap();
    assert_eq!(
        snapshots.load(stream("snapshot")).await.unwrap(),
        None,
        "what was deleted came back"
    );
    put(&store, &stream("snapshot"), events(3..9)).await;
    snapshots.save(snapshot(0, 5, 1)).await.unwrap();
    assert_eq!(snapshots.load(stream("snapshot")).await.unwrap(), None);
    snapshots.save(snapshot(3, 5, 1)).await.unwrap();
    assert_eq!(
        snapshots.load(stream("snapshot")).await.unwrap(),
        Some(snapshot(3, 5, 1))
    );
}
