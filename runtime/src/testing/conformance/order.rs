//! The order of positions.

use std::collections::HashSet;

use super::Kit;
use super::fixture::{Seen, events, numbers, put, seen, stream};
use crate::place::Position;
use crate::store::{Read, Store};

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
    let readers: Vec<_> = [1, 7, 1000]
        .into_iter()
        .map(|limit| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut everything: Vec<Seen> = Vec::new();
                while (everything.len() as u128) < WRITERS * EACH {
                    let after = everything.last().map(|event| event.position);
                    let page = store.read(Read::all(after).limit(limit)).await.unwrap();
                    everything.extend(seen(&page));
                    tokio::task::yield_now().await;
                }
                everything
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
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
