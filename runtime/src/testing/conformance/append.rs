//! Batches and what a writer expects.

use super::Kit;
use super::fixture::{all, batch, conflict, events, ids, numbers, put, stream, try_put};
use crate::place::{Expected, Revision};
use crate::store::{Read, Store};

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

/// "Exactly one of several writers that expect the same revision wins; each other gets a conflict."
pub async fn lets_exactly_one_of_several_writers_win(kit: impl Kit) {
    let store = kit.open().await;
    let account = stream("race");
    let mut numbers = 1000_u128..;
    put(&store, &account, events([1])).await;
    for round in 0..10 {
        let expected = Expected::Revision(Revision::new(round));
        let writers: Vec<_> = numbers
            .by_ref()
            .take(16)
            .map(|number| {
                let (store, account) = (store.clone(), account.clone());
                tokio::spawn(async move { try_put(&store, &account, expected, [number]).await })
            })
            .collect();
        let mut winners = 0;
        for writer in writers {
            match writer.await.unwrap() {
                Ok(appended) => {
                    winners += 1;
                    assert_eq!(appended.first, Revision::new(round + 1));
                }
                error => {
                    let conflict = conflict(error);
                    assert_eq!(conflict.expected, expected);
                    assert_eq!(conflict.actual, Some(Revision::new(round + 1)));
                }
            }
        }
        assert_eq!(winners, 1, "in round {round}");
    }
    assert_eq!(all(&store, Read::stream(account, None)).await.len(), 11);
}

/// "A conflict says what is there."
pub async fn says_in_a_conflict_what_is_there(kit: impl Kit) {
    let store = kit.open().await;
    let (empty, two) = (stream("empty"), stream("two"));
    put(&store, &two, events(1..=2)).await;
    let last = Some(Revision::new(1));
    let table = [
        (&empty, Expected::Exists, None),
        (&empty, Expected::Revision(Revision::FIRST), None),
        (&two, Expected::NoStream, last),
        (&two, Expected::Revision(Revision::FIRST), last),
        (&two, Expected::Revision(Revision::new(2)), last),
    ];
    for (stream, expected, actual) in table {
        let conflict = conflict(try_put(&store, stream, expected, [9]).await);
        assert_eq!((&conflict.stream, conflict.expected), (stream, expected));
        assert_eq!(conflict.actual, actual, "expected {expected} in {stream}");
    }
    for (number, expected) in [
        (10, Expected::Any),
        (11, Expected::Exists),
        (12, Expected::Revision(Revision::new(3))),
    ] {
        let append = batch(&two, expected, events([number]));
        store.append(append).await.unwrap();
    }
    assert_eq!(all(&store, Read::all(None)).await.len(), 5);
}
