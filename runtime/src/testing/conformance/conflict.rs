//! What a writer expects, and what it is told when that is not so.

use super::Kit;
use super::fixture::{all, batch, conflict, events, put, stream, try_put};
use crate::place::{Expected, Revision};
use crate::store::{Read, Store};

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
