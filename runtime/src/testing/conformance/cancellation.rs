//! Callers that go away.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use super::Kit;
use super::fixture::{all, batch, events, ids, numbers, put, stream};
use crate::place::{Expected, Revision};
use crate::store::{Read, Store, StoredSnapshot};

/// Polls a future this many times, then drops it.
async fn poll_and_drop<F: Future>(future: F, times: usize) {
    let mut future = Box::pin(future);
    for _ in 0..times {
        let ready = poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_ready())).await;
        if ready {
            return;
        }
        tokio::task::yield_now().await;
    }
}

/// "A cancelled future leaves nothing half done and no connection unusable."
pub async fn leaves_nothing_half_done_when_a_future_is_dropped(kit: impl Kit) {
    const SIZE: u128 = 3;
    let store = kit.open().await;
    let account = stream("dropped");
    for (n, times) in (0..120_u128).zip((0..4).cycle()) {
        let append = batch(&account, Expected::Any, events(n * SIZE..(n + 1) * SIZE));
        poll_and_drop(store.append(append), times).await;
        poll_and_drop(store.read(Read::all(None)), times.min(2)).await;
        poll_and_drop(store.head(), times.min(2)).await;
    }
    for n in 0..120_u128 {
        put(&store, &account, events(n * SIZE..(n + 1) * SIZE)).await;
    }
    let stored = all(&store, Read::stream(account, None)).await;
    assert_eq!(
        stored.len() as u128,
        120 * SIZE,
        "a batch was stored in part or twice"
    );
    for whole in stored.chunks(SIZE as usize) {
        let first = whole[0].id.get().as_u128();
        assert_eq!(ids(whole), numbers(first..first + SIZE), "a batch was torn");
    }
}

/// Polls a future whenever it is woken, and drops it after so many polls; whether it was ready by then.
async fn dropped_after<F: Future>(polls: usize, future: F) -> bool {
    let (mut future, mut left) = (pin!(future), polls);
    poll_fn(|context| {
        if left > 0 && future.as_mut().poll(context).is_ready() {
            return Poll::Ready(true);
        }
        left = left.saturating_sub(1);
        if left == 0 {
            return Poll::Ready(false);
        }
        Poll::Pending
    })
    .await
}

/// Drops the futures that this makes before the first poll, after it, after the second one and so on, until one is ready.
async fn drop_at_each_poll<F: Future>(what: &str, mut future: impl FnMut() -> F) {
    for polls in 0..1000 {
        if dropped_after(polls, future()).await {
            return;
        }
    }
    panic!("{what} is not ready after a thousand polls");
}

/// Of each batch that was dropped, a retry under the same ids tells what became of it, and stores it if nothing did.
pub async fn settles_an_append_dropped_at_any_poll(kit: impl Kit) {
    const ROUNDS: u128 = 20;
    let store = kit.open().await;
    let account = stream("polls");
    let mut sent = 0;
    for _ in 0..ROUNDS {
        let mut batches = Vec::new();
        drop_at_each_poll("an append", || {
            let append = batch(&account, Expected::Any, events(sent..sent + 3));
            sent += 3;
            batches.push(append.clone());
            store.append(append)
        })
        .await;
        for append in batches {
            let first = append.events()[0].id.get().as_u128();
            let settled = store.append(append).await.unwrap();
            let read = Read::stream(
                account.clone(),
                settled.first.get().checked_sub(1).map(Revision::new),
            );
            let page = store.read(read.limit(3)).await.unwrap();
            let found: Vec<_> = page.iter().map(|event| event.id).collect();
            assert_eq!(found, numbers(first..first + 3), "not where the retry says");
        }
    }
    let mut stored = ids(&all(&store, Read::stream(account, None)).await);
    stored.sort_unstable();
    assert_eq!(stored, numbers(0..sent), "lost or doubled");
}

/// Whatever a future holds while it waits, a connection, a lock or a place in a queue, is there for others when it is
/// dropped. What was dropped may still be carried out, or not at all.
pub async fn serves_on_after_anything_was_dropped_at_any_poll(kit: impl Kit) {
    const ROUNDS: u128 = 12;
    const LATER: u128 = 1_000_000;
    let store = kit.open().await;
    let (kept, gone) = (stream("kept"), stream("gone"));
    put(&store, &kept, events(0..3)).await;
    let snapshot = || StoredSnapshot {
        stream: kept.clone(),
        first: Revision::FIRST,
        revision: Revision::new(2),
        shape: 1,
        codec: "json".to_owned(),
        state: b"{}".to_vec(),
    };
    for round in 0..ROUNDS {
        put(&store, &gone, events([LATER + round])).await;
        drop_at_each_poll("a read", || store.read(Read::all(None))).await;
        drop_at_each_poll("a read", || store.read(Read::stream(kept.clone(), None))).await;
        drop_at_each_poll("a head", || store.head()).await;
        let head = store.head().await.unwrap();
        let soon = Duration::from_millis(1);
        drop_at_each_poll("a wait", || store.wait(head, soon)).await;
        if let Some(snapshots) = store.snapshots() {
            drop_at_each_poll("a save", || snapshots.save(snapshot())).await;
            drop_at_each_poll("a load", || snapshots.load(kept.clone())).await;
            assert_eq!(
                snapshots.load(kept.clone()).await.unwrap(),
                Some(snapshot())
            );
        }
        if let Some(deletes) = store.deletes() {
            drop_at_each_poll("a delete", || deletes.delete(gone.clone(), Expected::Any)).await;
            assert_eq!(
                deletes.delete(gone.clone(), Expected::Any).await.unwrap(),
                0
            );
        }
    }
    let served = (0..64).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            put(&store, &stream(&n.to_string()), events([LATER * 2 + n])).await;
            store.read(Read::all(None)).await.unwrap();
        })
    });
    let served = async {
        for served in served.collect::<Vec<_>>() {
            served.await.unwrap();
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(60), served).await;
    in_time.expect("the store serves no more");
}
