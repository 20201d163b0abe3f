//! Callers that go away.

use std::future::poll_fn;
use std::task::Poll;

use super::Kit;
use super::fixture::{all, batch, events, ids, numbers, put, stream};
use crate::place::Expected;
use crate::store::{Read, Store};

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
