//! Event ids, by which a repetition is told from something new.

use bytes::Bytes;
use std::borrow::Cow;

use super::Kit;
use super::fixture::{all, batch, event, events, id, put, refused, stream, try_put};
use crate::error::{Refused, StoreError};
use crate::place::{Expected, Revision};
use crate::store::{NewEvent, Read, Store};

/// "Ids are looked at before what is expected: all known, contiguous, in order and equal give their places,
/// whatever is expected."
pub async fn answers_known_ids_with_their_places_whatever_is_expected(kit: impl Kit) {
    let store = kit.open().await;
    let account = stream("repeat");
    put(&store, &account, events([1])).await;
    let first = try_put(&store, &account, Expected::Exists, 2..=4)
        .await
        .unwrap();
    assert!(!first.repeated);
    put(&store, &account, events([5])).await;
    let expectations = [
        Expected::Any,
        Expected::NoStream,
        Expected::Exists,
        Expected::Revision(Revision::new(0)),
        Expected::Revision(Revision::new(77)),
    ];
    for expected in expectations {
        let again = try_put(&store, &account, expected, 2..=4).await.unwrap();
        assert!(again.repeated, "expecting {expected}");
        assert_eq!(
            (again.first, &again.positions),
            (first.first, &first.positions)
        );
        assert_eq!(again.recorded_at, first.recorded_at);
    }
    let part = try_put(&store, &account, Expected::Any, 3..=4)
        .await
        .unwrap();
    assert_eq!(
        (part.first, &part.positions[..]),
        (Revision::new(2), &first.positions[1..])
    );
    assert_eq!(all(&store, Read::all(None)).await.len(), 5);
}

/// "Some known and some new are refused."
pub async fn refuses_a_batch_of_known_and_new_ids(kit: impl Kit) {
    let store = kit.open().await;
    let account = stream("mixed");
    put(&store, &account, events(1..=2)).await;
    for mixed in [vec![2, 3], vec![3, 2], vec![1, 2, 3], vec![3, 1, 2]] {
        let refusal = refused(try_put(&store, &account, Expected::Any, mixed.clone()).await);
        assert!(
            matches!(refusal, Refused::PartlyStored { .. }),
            "{mixed:?} gave {refusal:?}"
        );
    }
    assert_eq!(all(&store, Read::all(None)).await.len(), 2);
}

/// "Contiguous, in order."
pub async fn refuses_known_ids_in_another_order(kit: impl Kit) {
    let store = kit.open().await;
    let account = stream("order");
    put(&store, &account, events(1..=4)).await;
    for shuffled in [vec![2, 1], vec![1, 3], vec![4, 3, 2, 1]] {
        let refusal = refused(try_put(&store, &account, Expected::Any, shuffled.clone()).await);
        assert!(
            matches!(refusal, Refused::PartlyStored { .. }),
            "{shuffled:?} gave {refusal:?}"
        );
    }
}

/// "Equal ids with other content are refused. Equal means name, version, codec and payload as sent."
pub async fn refuses_known_ids_with_other_content(kit: impl Kit) {
    let store = kit.open().await;
    let account = stream("content");
    put(&store, &account, events(1..=2)).await;
    let others = [
        NewEvent {
            name: Cow::Borrowed("conformance.other"),
            ..event(2)
        },
        NewEvent {
            version: 2,
            ..event(2)
        },
        NewEvent {
            codec: Cow::Borrowed("other"),
            ..event(2)
        },
        NewEvent {
            payload: Bytes::from_static(b"{\"number\": 2}"),
            ..event(2)
        },
    ];
    for other in others {
        let append = batch(&account, Expected::Any, vec![event(1), other.clone()]);
        let refusal = refused(store.append(append).await);
        let expected = Refused::IdWithOtherContent {
            stream: account.clone(),
            id: id(2),
        };
        assert_eq!(refusal, expected, "for {other:?}");
    }
    assert_eq!(all(&store, Read::all(None)).await.len(), 2);
}

/// "Metadata is not compared."
pub async fn does_not_compare_metadata(kit: impl Kit) {
    let store = kit.open().await;
    let account = stream("metadata");
    put(&store, &account, events([1])).await;
    let other = NewEvent {
        metadata: Bytes::from_static(b"{}"),
        ..event(1)
    };
    let again = store
        .append(batch(&account, Expected::NoStream, vec![other]))
        .await
        .unwrap();
    assert!(again.repeated);
}

/// "An event id is stored once per stream": in another stream it is another event, or refused where ids are
/// unique in the whole store.
pub async fn keeps_ids_apart_by_stream_or_refuses(kit: impl Kit) {
    let store = kit.open().await;
    let (one, other) = (stream("one"), stream("other"));
    put(&store, &one, events([1])).await;
    let expected = match try_put(&store, &other, Expected::NoStream, [1]).await {
        Ok(appended) => {
            assert!(
                !appended.repeated,
                "an event of another stream is no repetition"
            );
            2
        }
        Err(StoreError::Refused(_)) => 1,
        Err(error) => panic!("neither stored nor refused: {error}"),
    };
    assert_eq!(all(&store, Read::all(None)).await.len(), expected);
}

/// "When the outcome cannot be known, a retry with the same ids settles it."
pub async fn settles_an_unknown_outcome_by_ids(kit: impl Kit) {
    let store = kit.open().await;
    let account = stream("unknown");
    let mut expected = Expected::NoStream;
    for (n, lost) in (0..50).zip((0..3).cycle()) {
        let append = batch(&account, expected, events(n * 2..n * 2 + 2));
        let unheard = tokio::spawn({
            let (store, append) = (store.clone(), append.clone());
            async move { drop(store.append(append).await) }
        });
        match lost {
            // The answer is lost, the request is not.
            0 => unheard.await.unwrap(),
            1 => unheard.abort(),
            _ => {
                tokio::task::yield_now().await;
                unheard.abort();
            }
        }
        let settled = store.append(append).await.unwrap();
        let last = Revision::new(settled.first.get() + 1);
        assert_eq!(
            u128::from(settled.first.get()),
            n * 2,
            "the batch was stored twice or not at all"
        );
        expected = Expected::Revision(last);
    }
    assert_eq!(all(&store, Read::stream(account, None)).await.len(), 100);
}

/// "An event id is stored once per stream", also when equal batches arrive at once.
pub async fn stores_equal_batches_once_under_contention(kit: impl Kit) {
    let store = kit.open().await;
    let account = stream("twins");
    for round in 0..10 {
        let twins: Vec<_> = (0..8)
            .map(|_| {
                let (store, account) = (store.clone(), account.clone());
                let numbers = [round * 2, round * 2 + 1];
                tokio::spawn(async move { try_put(&store, &account, Expected::Any, numbers).await })
            })
            .collect();
        let (mut stored, mut places) = (0, Vec::new());
        for twin in twins {
            let appended = twin.await.unwrap().unwrap();
            stored += usize::from(!appended.repeated);
            places.push((appended.first, appended.positions));
        }
        places.dedup();
        assert_eq!(
            (stored, places.len()),
            (1, 1),
            "in round {round}: {places:?}"
        );
    }
    assert_eq!(all(&store, Read::stream(account, None)).await.len(), 20);
}
