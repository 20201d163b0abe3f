//! Ids, expectations, deletes and snapshots, and that a value comes back as it was sent.

use std::sync::Arc;

use factum::store::{Append, Appended, NewEvent, Read};
use factum::testing::FixedClock;
use factum::{
    Clock, Conflict, EventId, Expected, Position, Refused, Revision, Sqlite, Store, StoreError,
    Timestamp, Uuid,
};

use crate::fixture::{add, batch, event, fresh, id_of, ids, name, named, place};

fn refused(outcome: Result<Appended, StoreError>) -> Refused {
    match outcome.unwrap_err() {
        StoreError::Refused(refused) => refused,
        other => panic!("expected a refusal, got: {other:?}"),
    }
}

fn conflict(outcome: Result<Appended, StoreError>) -> Conflict {
    match outcome.unwrap_err() {
        StoreError::Conflict(conflict) => conflict,
        other => panic!("expected a conflict, got: {other:?}"),
    }
}

const THIRD: Expected = Expected::Revision(Revision::new(2));

/// A clock that the test sets while the store has it.
#[derive(Debug)]
struct Shared(Arc<FixedClock>);

impl Clock for Shared {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

#[tokio::test]
async fn a_conflict_says_what_is_there() {
    let (_directory, store) = fresh().await;
    let stale = conflict(store.append(batch("account-1", THIRD, [1])).await);
    assert_eq!((stale.expected, stale.actual), (THIRD, None));
    store
        .append(batch("account-1", Expected::NoStream, [1, 2]))
        .await
        .unwrap();
    for expected in [
        THIRD,
        Expected::NoStream,
        Expected::Revision(Revision::FIRST),
    ] {
        let stale = conflict(store.append(batch("account-1", expected, [9])).await);
        assert_eq!(stale.actual, Some(Revision::new(1)));
    }
    assert_eq!(ids(&store, Read::all(None)).await, [1, 2]);
}

#[tokio::test]
async fn a_repeated_batch_gives_its_first_places_whatever_is_expected() {
    let (_directory, path) = place();
    let clock = Arc::new(FixedClock::new("2026-01-02T03:04:05Z".parse().unwrap()));
    let store = Sqlite::builder(path)
        .clock(Shared(clock.clone()))
        .open()
        .await
        .unwrap();
    add(&store, "account-1", 7).await;
    let first = store
        .append(batch("account-1", Expected::Exists, [1, 2, 3]))
        .await
        .unwrap();
    assert!(!first.repeated);
    assert_eq!(first.first, Revision::new(1));
    add(&store, "account-1", 8).await;
    clock.set("2026-01-02T04:00:00Z".parse().unwrap());
    let head = store.head().await.unwrap();
    for expected in [Expected::Any, Expected::NoStream, Expected::Exists, THIRD] {
        let again = store
            .append(batch("account-1", expected, [1, 2, 3]))
            .await
            .unwrap();
        assert_eq!(
            again,
            Appended {
                repeated: true,
                ..first.clone()
            }
        );
        let part = store
            .append(batch("account-1", expected, [2, 3]))
            .await
            .unwrap();
        assert_eq!(
            (part.first, part.positions),
            (Revision::new(2), first.positions[1..].to_vec())
        );
    }
    assert_eq!(
        store.head().await.unwrap(),
        head,
        "a repetition gives out no position"
    );
    assert_eq!(ids(&store, Read::all(None)).await, [7, 1, 2, 3, 8]);
}

#[tokio::test]
async fn ids_that_are_not_the_whole_batch_are_refused() {
    let (_directory, store) = fresh().await;
    store
        .append(batch("account-1", Expected::Any, [1, 2]))
        .await
        .unwrap();
    let head = Some(add(&store, "account-1", 3).await);
    let partly = |id| Refused::PartlyStored {
        stream: name("account-1"),
        id: id_of(id),
    };
    for expected in [Expected::Any, Expected::NoStream] {
        let append = |ids: &[u128]| store.append(batch("account-1", expected, ids.iter().copied()));
        assert_eq!(
            refused(append(&[8, 9, 2]).await),
            partly(2),
            "new ones first"
        );
        assert_eq!(refused(append(&[3, 9]).await), partly(3), "new ones last");
        assert_eq!(refused(append(&[2, 1]).await), partly(2), "another order");
        assert_eq!(refused(append(&[1, 3]).await), partly(1), "a gap");
    }
    assert_eq!(
        ids(&store, Read::all(None)).await,
        [1, 2, 3],
        "nothing was written"
    );
    assert_eq!(
        store.head().await.unwrap(),
        head,
        "no position was given out"
    );
    store
        .append(batch("account-1", THIRD, [8, 9]))
        .await
        .unwrap();
}

#[tokio::test]
async fn an_id_with_other_content_is_refused() {
    let (_directory, store) = fresh().await;
    store
        .append(batch("account-1", Expected::Any, [1]))
        .await
        .unwrap();
    let others = [
        NewEvent {
            payload: "{}".into(),
            ..event(1)
        },
        NewEvent {
            version: 2,
            ..event(1)
        },
        NewEvent {
            codec: "cbor".into(),
            ..event(1)
        },
        named(1, "account.withdrawn"),
    ];
    for other in others {
        for expected in [Expected::Any, Expected::NoStream] {
            let append = Append::new(name("account-1"), expected, vec![other.clone()]).unwrap();
            let refusal = Refused::IdWithOtherContent {
                stream: name("account-1"),
                id: id_of(1),
            };
            assert_eq!(refused(store.append(append).await), refusal);
        }
    }
    let metadata = NewEvent {
        metadata: "{}".into(),
        index: 3,
        ..event(1)
    };
    let append = Append::new(name("account-1"), Expected::Any, vec![metadata]).unwrap();
    assert!(
        store.append(append).await.unwrap().repeated,
        "metadata is not compared"
    );
}

#[tokio::test]
async fn an_id_may_be_in_another_stream() {
    let (_directory, store) = fresh().await;
    add(&store, "account-1", 1).await;
    add(&store, "account-2", 1).await;
    assert_eq!(ids(&store, Read::all(None)).await, [1, 1]);
}

#[tokio::test]
async fn an_event_comes_back_as_it_was_sent() {
    let (_directory, store) = fresh().await;
    let sent = NewEvent {
        id: EventId::new(Uuid::from_u128(u128::MAX)),
        name: "'; DROP TABLE factum_events; --%_\u{1F980}".into(),
        version: u16::MAX,
        index: u32::MAX,
        codec: "x".into(),
        payload: vec![0, 255, 0].into(),
        metadata: "".into(),
        tenant: Some("n\"ö\nrth".into()),
    };
    let empty = NewEvent {
        payload: "".into(),
        tenant: None,
        ..event(2)
    };
    let stream = name("account-%_'\"--\u{1F980} \\");
    let events = vec![sent.clone(), empty];
    store
        .append(Append::new(stream.clone(), Expected::NoStream, events).unwrap())
        .await
        .unwrap();
    let page = store
        .read(Read::stream(stream.clone(), None))
        .await
        .unwrap();
    let read = page.get(0).unwrap();
    assert_eq!(
        (read.id, read.stream, read.name),
        (sent.id, stream.as_str(), &*sent.name)
    );
    assert_eq!(
        (read.version, read.index, read.codec),
        (sent.version, sent.index, "x")
    );
    assert_eq!(
        (read.payload, read.metadata),
        (&*sent.payload, &*sent.metadata)
    );
    assert_eq!(read.tenant, sent.tenant.as_deref());
    let empty = page.get(1).unwrap();
    assert_eq!((empty.payload, empty.tenant), (&[][..], None));
}

#[tokio::test]
async fn a_batch_of_the_largest_size_is_stored() {
    let (_directory, store) = fresh().await;
    let most = batch("account-1", Expected::NoStream, 1..=10_000);
    assert_eq!(
        store.append(most.clone()).await.unwrap().positions.len(),
        10_000
    );
    assert!(store.append(most).await.unwrap().repeated);
}

#[tokio::test]
async fn positions_and_revisions_go_on_after_a_delete() {
    let (_directory, path) = place();
    let store = Sqlite::open(&path).await.unwrap();
    add(&store, "account-1", 1).await;
    let newest = store
        .append(batch("account-2", Expected::NoStream, [2, 3]))
        .await
        .unwrap();
    let deletes = store.deletes().unwrap();
    let stale = deletes
        .delete(name("account-2"), Expected::NoStream)
        .await
        .unwrap_err();
    assert!(matches!(
        stale,
        StoreError::Conflict(Conflict {
            actual: Some(_),
            ..
        })
    ));
    assert_eq!(
        deletes
            .delete(name("account-2"), Expected::Exists)
            .await
            .unwrap(),
        2
    );
    assert_eq!(
        deletes
            .delete(name("account-2"), Expected::Any)
            .await
            .unwrap(),
        0
    );
    assert_eq!(
        deletes
            .delete(name("account-3"), Expected::NoStream)
            .await
            .unwrap(),
        0
    );
    assert_eq!(
        store.head().await.unwrap(),
        newest.positions.last().copied()
    );
    drop(store);

    let store = Sqlite::open(&path).await.unwrap();
    assert_eq!(ids(&store, Read::all(None)).await, [1]);
    let gone = store
        .read(Read::stream(name("account-2"), None))
        .await
        .unwrap();
    assert!(gone.is_empty() && gone.is_end() && gone.span().is_none());
    let stale = conflict(
        store
            .append(batch("account-2", Expected::Exists, [2]))
            .await,
    );
    assert_eq!(stale.actual, None);
    let again = store
        .append(batch("account-2", Expected::NoStream, [2]))
        .await
        .unwrap();
    assert_eq!(again.first, Revision::new(2));
    assert!(
        again.positions[0] > newest.positions[1],
        "a position is never given out twice"
    );
    let page = store
        .read(Read::stream(name("account-2"), None))
        .await
        .unwrap();
    assert_eq!(page.span().unwrap().first, Revision::new(2));
}

#[tokio::test]
async fn numbers_that_sqlite_cannot_keep_are_refused() {
    let (_directory, store) = fresh().await;
    add(&store, "account-1", 1).await;
    let large = u64::MAX;
    let reads = [
        Read::all(Some(Position::new(large))),
        Read::stream(name("account-1"), Some(Revision::new(large))),
    ];
    for read in reads {
        let error = store.read(read).await.unwrap_err();
        assert!(
            matches!(error, StoreError::Refused(Refused::NumberTooLarge { .. })),
            "{error}"
        );
    }
    let expected = Expected::Revision(Revision::new(large));
    let error = store
        .deletes()
        .unwrap()
        .delete(name("account-1"), expected)
        .await
        .unwrap_err();
    assert!(
        matches!(error, StoreError::Refused(Refused::NumberTooLarge { .. })),
        "{error}"
    );
}

#[tokio::test]
async fn neighbours_that_differ_in_one_thing_are_kept_apart() {
    let (_directory, store) = fresh().await;
    let sent: Vec<_> = (1..=10)
        .map(|id| {
            let mut event = event(id);
            match id {
                2 => event.index = 7,
                4 => event.version = 7,
                6 => event.codec = "x".into(),
                8 => event.tenant = Some("north".into()),
                10 => event.metadata = "".into(),
                _ => {}
            }
            event
        })
        .collect();
    let append = Append::new(name("account-1"), Expected::NoStream, sent.clone()).unwrap();
    store.append(append).await.unwrap();
    let page = store.read(Read::all(None)).await.unwrap();
    for (read, sent) in page.iter().zip(sent) {
        assert_eq!((read.index, read.version), (sent.index, sent.version));
        assert_eq!(
            (read.codec, read.tenant),
            (&*sent.codec, sent.tenant.as_deref())
        );
        assert_eq!(read.metadata, &*sent.metadata);
    }
}
