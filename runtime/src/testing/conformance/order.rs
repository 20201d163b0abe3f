//! The order of positions.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::{Either, ready, select};
use tokio::task::JoinHandle;

use super::fixture::{Seen, all, events, followed, ids, numbers, put, stream};
use super::{Commits, Kit};
use crate::place::Position;
use crate::store::{Appended, Read, Store};
use crate::stream::StreamName;

/// "Positions follow commit order: a reader that has seen a position will never be shown a new event at or
/// before it." Readers with different page sizes follow eight writers; what each has seen is in order and in
/// the end everything.
pub async fn shows_new_events_only_behind_what_was_seen(kit: impl Kit) {
    const WRITERS: u128 = 8;
    const EACH: u128 = 60;
    let store = kit.open().await;
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                let account = stream(&writer.to_string());
                for n in 0..EACH / 3 {
                    let start = writer * EACH + n * 3;
                    put(&store, &account, events(start..start + 3)).await;
                }
            })
        })
        .collect();
    let is_over = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = [1, 7, 1000]
        .into_iter()
        .map(|limit| tokio::spawn(followed(store.clone(), limit, Arc::clone(&is_over))))
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    is_over.store(true, Ordering::SeqCst);
    for reader in readers {
        let everything = reader.await.unwrap();
        let positions: Vec<_> = everything.iter().map(|event| event.position).collect();
        assert!(
            positions.is_sorted_by(|a, b| a < b),
            "positions go back: {positions:?}"
        );
        let ids: HashSet<_> = everything.iter().map(|event| event.id).collect();
        assert_eq!(
            ids,
            numbers(0..WRITERS * EACH).into_iter().collect(),
            "lost or invented"
        );
        for writer in 0..WRITERS {
            let name = stream(&writer.to_string());
            let own = everything
                .iter()
                .filter(|event| event.stream == name.as_str());
            let revisions: Vec<_> = own.map(|event| u128::from(event.revision.get())).collect();
            assert_eq!(revisions, (0..EACH).collect::<Vec<_>>(), "in {name}");
        }
    }
}

/// A writer is stopped between its position and its commit; another one, of another process where there can be one,
/// comes then, and a reader looks in between. Whether the second writer overtakes the first or waits for it is the
/// store's affair: the reader, who goes on behind the last position that it has seen, must miss nothing. In every
/// other round the caller of the first writer goes away while that is stopped.
pub async fn lets_nothing_overtake_a_delayed_commit(kit: impl Kit) {
    const ROUNDS: u128 = 6;
    let store = kit.open().await;
    let beside = kit.beside(&store).await;
    let mut reader = Follower::new(&beside);
    for round in 0..ROUNDS {
        let (slow, fast) = (stream(&format!("slow{round}")), stream("fast"));
        let commits = kit.commits(&store, &slow).await;
        let first = append(&store, &slow, round * 4..round * 4 + 2);
        if let Commits::Delayed(delay) = &commits {
            delay.reached(1).await;
        }
        let second = append(&beside, &fast, round * 4 + 2..round * 4 + 4);
        if let Commits::Delayed(delay) = &commits {
            let second = match select(second, delay.reached(2)).await {
                Either::Left((overtook, _)) => Either::Left(ready(overtook)),
                Either::Right(((), waits)) => Either::Right(waits),
            };
            reader.look().await;
            if round % 2 == 1 {
                first.abort();
            }
            delay.release().await;
            second.await.unwrap();
        } else {
            second.await.unwrap();
        }
        reader.look().await;
        // Who stopped waiting finds out by the ids; who did not gets the same places again.
        let _ = first.await;
        put(&store, &slow, events(round * 4..round * 4 + 2)).await;
        reader.look().await;
        let everything = all(&store, Read::all(None)).await;
        let mut stored = ids(&everything);
        assert_eq!(
            reader.seen, everything,
            "in round {round} a new event came to stand before one that had been shown"
        );
        stored.sort_unstable();
        assert_eq!(stored, numbers(0..round * 4 + 4));
    }
}

fn append(
    store: &(impl Store + Clone),
    stream: &StreamName,
    numbers: Range<u128>,
) -> JoinHandle<Appended> {
    let (store, stream) = (store.clone(), stream.clone());
    tokio::spawn(async move { put(&store, &stream, events(numbers)).await })
}

/// Who reads everything, always from behind the last position that it was shown.
struct Follower<'s, S> {
    store: &'s S,
    seen: Vec<Seen>,
}

impl<'s, S: Store> Follower<'s, S> {
    fn new(store: &'s S) -> Self {
        let seen = Vec::new();
        Self { store, seen }
    }

    async fn look(&mut self) {
        let after = self.seen.last().map(|event| event.position);
        self.seen.extend(all(self.store, Read::all(after)).await);
    }
}

/// "The highest position that was ever given out."
pub async fn has_its_head_at_the_highest_position(kit: impl Kit) {
    let store = kit.open().await;
    assert_eq!(store.head().await.unwrap(), None::<Position>);
    for n in 0..5 {
        let appended = put(&store, &stream("head"), events(n * 2..n * 2 + 2)).await;
        assert_eq!(
            store.head().await.unwrap(),
            appended.positions.last().copied()
        );
    }
}
