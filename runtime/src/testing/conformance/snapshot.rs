//! Keeping snapshots, where the store does.

use super::fixture::{deletes, events, put, snapshots, stream};
use super::{Kit, NotOffered};
use crate::place::{Expected, Revision};
use crate::store::StoredSnapshot;

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
pub async fn keeps_the_latest_snapshot(kit: impl Kit) -> Result<(), NotOffered> {
    let store = kit.open().await;
    let snapshots = snapshots(&store)?;
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
    Ok(())
}

/// Savers come at once and in no order: whoever looked first has to notice that another one was faster.
pub async fn keeps_the_latest_of_many_savers(kit: impl Kit) -> Result<(), NotOffered> {
    const LAST: u64 = 23;
    let store = kit.open().await;
    snapshots(&store)?;
    for round in 0..4 {
        let name = stream(&format!("savers{round}"));
        put(&store, &name, events(0..=u128::from(LAST))).await;
        let savers = (0..=LAST).map(|n| {
            let (store, stream) = (store.clone(), name.clone());
            let revision = Revision::new(n * 7 % (LAST + 1));
            tokio::spawn(async move {
                let new = StoredSnapshot {
                    stream,
                    revision,
                    ..snapshot(0, 0, 1)
                };
                snapshots(&store).unwrap().save(new).await
            })
        });
        for saver in savers.collect::<Vec<_>>() {
            saver.await.unwrap().unwrap();
        }
        let kept = snapshots(&store)?.load(name).await.unwrap();
        let kept = kept.map(|snapshot| snapshot.revision);
        assert_eq!(kept, Some(Revision::new(LAST)), "in round {round}");
    }
    Ok(())
}

/// States are bytes of a codec that the store knows nothing of.
pub async fn keeps_states_bit_for_bit(kit: impl Kit) -> Result<(), NotOffered> {
    let store = kit.open().await;
    let snapshots = snapshots(&store)?;
    let states = [Vec::new(), (0..=255).collect(), vec![0; 1 << 20]];
    for (name, state) in ["_", "%'; --", "🦀	"].into_iter().zip(states) {
        let kept = StoredSnapshot {
            stream: stream(name),
            shape: u64::MAX,
            codec: "c'bor".to_owned(),
            state,
            ..snapshot(0, 0, 0)
        };
        put(&store, &kept.stream, events([1])).await;
        snapshots.save(kept.clone()).await.unwrap();
        let loaded = snapshots.load(stream(name)).await.unwrap();
        assert!(
            loaded == Some(kept),
            "a snapshot of {name:?} came back changed"
        );
    }
    Ok(())
}

/// "Deletes all events of a stream and its snapshot", and "nor does anything of them come back".
pub async fn forgets_the_snapshot_of_a_deleted_stream(kit: impl Kit) -> Result<(), NotOffered> {
    let store = kit.open().await;
    let (snapshots, deletes) = (snapshots(&store)?, deletes(&store)?);
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
    Ok(())
}
