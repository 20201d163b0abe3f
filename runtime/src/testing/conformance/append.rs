//! Batches.

use super::Kit;
use super::fixture::{all, conflict, event, events, ids, numbers, put, stream, try_put};
use crate::place::{Expected, Revision};
use crate::store::{MAX_BATCH_BYTES, MAX_BATCH_EVENTS, NewEvent, Read, Store};

/// "A batch is stored whole or not at all."
pub async fn stores_a_batch_whole_or_not_at_all(kit: impl Kit) {
    let store = kit.open().await;
    let account = stream("whole");
    try_put(&store, &account, Expected::NoStream, 1..=3)
        .await
        .unwrap();
    conflict(try_put(&store, &account, Expected::NoStream, 4..=6).await);
    let seen = all(&store, Read::all(None)).await;
    assert_eq!(
        ids(&seen),
        numbers(1..=3),
        "the refused batch left something behind"
    );
}

/// "Revisions of a stream are contiguous", and "positions follow commit order".
pub async fn gives_contiguous_revisions_and_growing_positions(kit: impl Kit) {
    let store = kit.open().await;
    let (one, other) = (stream("one"), stream("other"));
    let first = put(&store, &one, events(1..=2)).await;
    put(&store, &other, events(3..=3)).await;
    let second = put(&store, &one, events(4..=6)).await;
    assert_eq!(
        (first.first, second.first),
        (Revision::new(0), Revision::new(2))
    );
    assert_eq!((first.positions.len(), second.positions.len()), (2, 3));
    let seen = all(&store, Read::stream(one, None)).await;
    let revisions: Vec<_> = seen.iter().map(|event| event.revision.get()).collect();
    assert_eq!(revisions, [0, 1, 2, 3, 4]);
    let positions: Vec<_> = seen.iter().map(|event| event.position).collect();
    assert_eq!(positions, [first.positions, second.positions].concat());
    assert!(
        positions.is_sorted_by(|a, b| a < b),
        "{positions:?} do not grow"
    );
}

/// "No reader ever sees a part of it."
pub async fn shows_no_part_of_a_batch_to_a_reader(kit: impl Kit) {
    const BATCHES: u128 = 60;
    const SIZE: u128 = 7;
    let store = kit.open().await;
    let account = stream("parts");
    let writer = tokio::spawn({
        let (store, account) = (store.clone(), account.clone());
        async move {
            for n in 0..BATCHES {
                put(&store, &account, events(n * SIZE..(n + 1) * SIZE)).await;
            }
        }
    });
    loop {
        let finished = writer.is_finished();
        let page = store
            .read(Read::stream(account.clone(), None).limit(10_000))
            .await
            .unwrap();
        let expected = BATCHES as usize * SIZE as usize;
        assert_eq!(
            page.len() % SIZE as usize,
            0,
            "a reader saw {} of {expected}",
            page.len()
        );
        if finished {
            assert_eq!(page.len(), expected);
            break;
        }
        tokio::task::yield_now().await;
    }
    writer.await.unwrap();
}

/// The largest batches that [`Append`](crate::store::Append) lets through: no statement has too many values, and no
/// message is too long.
pub async fn takes_the_largest_batch(kit: impl Kit) {
    let store = kit.open().await;
    let account = stream("most");
    let most = put(&store, &account, events(0..MAX_BATCH_EVENTS as u128)).await;
    assert_eq!(most.positions.len(), MAX_BATCH_EVENTS);
    let stored = all(&store, Read::stream(account.clone(), None)).await;
    assert_eq!(stored.len(), MAX_BATCH_EVENTS);
    let large = event(u128::MAX);
    let bytes = MAX_BATCH_BYTES - large.metadata.len();
    let payload = vec![b'x'; bytes].into();
    put(&store, &account, vec![NewEvent { payload, ..large }]).await;
    let read = Read::stream(account, None).backward().limit(1);
    let page = store.read(read).await.unwrap();
    assert_eq!(page.get(0).unwrap().payload.len(), bytes);
}
