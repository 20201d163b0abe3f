//! Pages, their cursors and their filters.

use std::collections::BTreeSet;

use factum::sqlite::rusqlite::Connection;
use factum::store::{Append, NewEvent, Read};
use factum::{Expected, Position, Revision, Sqlite, Store, UnavailableCause};

use crate::fixture::{add, batch, end_of, event, fresh, id_of, ids, name, named, unavailable};

/// Three accounts and an order by turns, of which every fifth event is a withdrawal.
async fn filled(store: &Sqlite) {
    for id in 1..=40 {
        let stream = ["account-1", "account-2", "order-1", "account-3"][id as usize % 4];
        let kind = if id % 5 == 0 {
            "account.withdrawn"
        } else {
            "account.deposited"
        };
        let append = Append::new(name(stream), Expected::Any, vec![named(id, kind)]).unwrap();
        store.append(append).await.unwrap();
    }
}

fn reversed(ids: &[u128]) -> Vec<u128> {
    ids.iter().rev().copied().collect()
}

#[tokio::test]
async fn pages_of_any_size_show_the_same_events() {
    let (_directory, store) = fresh().await;
    filled(&store).await;
    let all: Vec<u128> = (1..=40).collect();
    let first: Vec<u128> = (1..=40).filter(|id| id % 4 == 0).collect();
    for limit in [0, 1, 3, 10, 39, 40, 41, usize::MAX] {
        let everything = Read::all(None).limit(limit);
        assert_eq!(ids(&store, everything.clone()).await, all);
        assert_eq!(ids(&store, everything.backward()).await, reversed(&all));
        let stream = Read::stream(name("account-1"), None).limit(limit);
        assert_eq!(ids(&store, stream.clone()).await, first);
        assert_eq!(ids(&store, stream.backward()).await, reversed(&first));
    }
}

#[tokio::test]
async fn a_page_starts_behind_any_place() {
    let (_directory, store) = fresh().await;
    filled(&store).await;
    let after = Some(Position::new(37));
    assert_eq!(ids(&store, Read::all(after)).await, [38, 39, 40]);
    let third = Read::all(Some(Position::new(3))).backward();
    assert_eq!(ids(&store, third.clone()).await, [2, 1]);
    assert_eq!(end_of(&store.read(third).await.unwrap()), Some(1));
    let seventh = Some(Revision::new(7));
    assert_eq!(
        ids(&store, Read::stream(name("account-1"), seventh)).await,
        [36, 40]
    );
    let second = Read::stream(name("account-1"), Some(Revision::new(2))).backward();
    assert_eq!(ids(&store, second).await, [8, 4]);
}

#[tokio::test]
async fn a_filter_lets_through_what_it_names() {
    let (_directory, store) = fresh().await;
    filled(&store).await;
    let hostile = [
        "acc%",
        "account_",
        "*",
        "' OR 1=1 --",
        "account\0",
        "order\0",
        "[\"order\"]",
    ];
    for limit in [1, 7, 1000] {
        for backward in [false, true] {
            let cases = [
                (Read::all(None).category("order"), 0b01, 0b11),
                (
                    Read::all(None).category("order").event("account.withdrawn"),
                    0b01,
                    0b10,
                ),
                (
                    Read::all(None).category("order").category("account"),
                    0b11,
                    0b11,
                ),
                (
                    Read::all(None).event("account.withdrawn").event("none"),
                    0b11,
                    0b10,
                ),
                (
                    Read::stream(name("order-1"), None).event("account.withdrawn"),
                    0b01,
                    0b10,
                ),
                (
                    Read::stream(name("order-1"), None).category("account"),
                    0,
                    0,
                ),
                (
                    Read::stream(name("order-1"), None).category("order"),
                    0b01,
                    0b11,
                ),
            ];
            let nothing = hostile.iter().flat_map(|text| {
                [
                    (Read::all(None).category(*text), 0, 0),
                    (Read::all(None).event(*text), 0, 0),
                ]
            });
            for (read, categories, kinds) in cases.into_iter().chain(nothing) {
                let read = if backward { read.backward() } else { read }.limit(limit);
                let mut wanted: Vec<u128> = (1..=40)
                    .filter(|id| categories & (if id % 4 == 2 { 0b01 } else { 0b10 }) != 0)
                    .filter(|id| kinds & (if id % 5 == 0 { 0b10 } else { 0b01 }) != 0)
                    .collect();
                if backward {
                    wanted.reverse();
                }
                assert_eq!(ids(&store, read.clone()).await, wanted, "{read:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_filter_may_name_thousands() {
    let (_directory, store) = fresh().await;
    filled(&store).await;
    let mut read = Read::all(None).event("account.withdrawn");
    for number in 0..50_000 {
        read = read.event(format!("event.{number}"));
    }
    assert_eq!(ids(&store, read).await.len(), 8);
}

#[tokio::test]
async fn the_cursor_of_a_filtered_reader_advances() {
    let (_directory, store) = fresh().await;
    filled(&store).await;
    let none = Read::all(None).event("nothing.happened");
    let page = store.read(none.clone()).await.unwrap();
    assert!(page.is_empty() && page.is_end());
    assert_eq!(end_of(&page), Some(40));
    assert_eq!(end_of(&store.read(none.backward()).await.unwrap()), Some(1));

    let stream = Read::stream(name("account-1"), None).event("nothing.happened");
    assert_eq!(end_of(&store.read(stream.clone()).await.unwrap()), Some(9));
    assert_eq!(
        end_of(&store.read(stream.backward()).await.unwrap()),
        Some(0)
    );

    store
        .deletes()
        .unwrap()
        .delete(name("account-1"), Expected::Any)
        .await
        .unwrap();
    let page = store
        .read(Read::all(Some(Position::new(39))))
        .await
        .unwrap();
    assert_eq!(
        (page.len(), end_of(&page), page.is_end()),
        (0, Some(40), true)
    );
}

#[tokio::test]
async fn a_cursor_stays_where_there_is_nothing_to_look_at() {
    let (_directory, store) = fresh().await;
    assert_eq!(end_of(&store.read(Read::all(None)).await.unwrap()), None);
    assert_eq!(
        end_of(&store.read(Read::all(None).backward()).await.unwrap()),
        None
    );
    assert_eq!(store.head().await.unwrap(), None);
    filled(&store).await;
    for (after, read) in [
        (40, Read::all(Some(Position::new(40)))),
        (99, Read::all(Some(Position::new(99)))),
    ] {
        let page = store.read(read).await.unwrap();
        assert_eq!(
            (end_of(&page), page.is_end(), page.len()),
            (Some(after), true, 0)
        );
    }
    let before = store
        .read(Read::all(Some(Position::new(0))).backward())
        .await
        .unwrap();
    assert_eq!((end_of(&before), before.is_end()), (Some(0), true));
    let ahead = Read::stream(name("account-1"), Some(Revision::new(i64::MAX as u64)));
    let page = store.read(ahead).await.unwrap();
    assert_eq!(
        (end_of(&page), page.is_end()),
        (Some(i64::MAX as u64), true)
    );
}

#[tokio::test]
async fn a_full_page_knows_whether_it_was_the_last() {
    let (_directory, store) = fresh().await;
    filled(&store).await;
    let stream = Read::stream(name("account-1"), None);
    for (whole, read) in [(40, Read::all(None)), (10, stream)] {
        for read in [read.clone(), read.backward()] {
            for (limit, last) in [(whole - 1, false), (whole, true)] {
                let page = store.read(read.clone().limit(limit)).await.unwrap();
                assert_eq!((page.len(), page.is_end()), (limit, last), "{read:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_page_stops_after_its_bytes() {
    let (_directory, store) = fresh().await;
    let large = |id| NewEvent {
        payload: vec![b'x'; 1 << 20].into(),
        ..event(id)
    };
    let append = Append::new(
        name("account-1"),
        Expected::Any,
        (1..=10).map(large).collect(),
    );
    store.append(append.unwrap()).await.unwrap();
    let page = store.read(Read::all(None)).await.unwrap();
    assert!(page.len() < 6, "{} MiB in one page", page.len());
    assert_eq!(ids(&store, Read::all(None)).await.len(), 10);
}

#[tokio::test]
async fn tells_the_span_and_where_an_event_stands() {
    let (_directory, store) = fresh().await;
    store
        .append(batch("account-1", Expected::Any, [1, 2, 3]))
        .await
        .unwrap();
    add(&store, "account-2", 4).await;
    let read = Read::stream(name("account-1"), Some(Revision::new(1)));
    let page = store.read(read.clone().find(Some(id_of(1)))).await.unwrap();
    let span = page.span().unwrap();
    assert_eq!((span.first, span.last), (Revision::FIRST, Revision::new(2)));
    assert_eq!(page.found(), Some(Revision::FIRST));
    let page = store.read(read.find(Some(id_of(4)))).await.unwrap();
    assert_eq!(page.found(), None, "another stream's event");
    let page = store
        .read(Read::stream(name("account-9"), None).find(Some(id_of(1))))
        .await
        .unwrap();
    assert_eq!(
        (page.span(), page.found(), page.is_end()),
        (None, None, true)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_reader_sees_a_part_of_a_batch() {
    let (_directory, store) = fresh().await;
    let writer = tokio::spawn({
        let store = store.clone();
        async move {
            for round in 0..50 {
                let ids = round * 10 + 1..=round * 10 + 10;
                store
                    .append(batch("account-1", Expected::Any, ids))
                    .await
                    .unwrap();
            }
        }
    });
    let mut seen = BTreeSet::new();
    while !writer.is_finished() {
        let page = store
            .read(Read::stream(name("account-1"), None))
            .await
            .unwrap();
        assert_eq!(page.len() % 10, 0);
        let last = page.span().map_or(0, |span| span.last.next().get());
        assert_eq!(page.len() as u64, last, "span and rows are of one moment");
        seen.insert(page.len());
    }
    writer.await.unwrap();
    assert!(
        seen.len() > 1,
        "the reads never fell between two appends: {seen:?}"
    );
}

#[tokio::test]
async fn rows_that_the_store_never_wrote_are_reported() {
    let damages = [
        "UPDATE factum_events SET id = x'00'",
        "UPDATE factum_events SET revision = -revision - 1",
        "UPDATE factum_events SET version = 65536",
        "UPDATE factum_events SET recorded_at = 9223372036854775807",
        "PRAGMA writable_schema = 1; UPDATE factum_events SET name = CAST(x'ff' AS TEXT)",
        "DELETE FROM factum_streams",
        "DROP TABLE factum_streams",
    ];
    for damage in damages {
        let (_directory, store) = fresh().await;
        add(&store, "account-1", 1).await;
        Connection::open(store.path())
            .unwrap()
            .execute_batch(damage)
            .unwrap();
        for read in [Read::all(None), Read::all(None).category("account")] {
            let error = unavailable(store.read(read).await);
            assert_eq!(
                error.cause,
                UnavailableCause::NotAStore,
                "{damage}: {error}"
            );
            assert!(
                error.message.contains("restore a backup"),
                "{damage}: {error}"
            );
        }
        assert!(store.head().await.is_ok(), "the connection still serves");
    }
}

#[tokio::test]
async fn a_page_ends_in_front_of_a_row_that_cannot_be_read() {
    let (_directory, store) = fresh().await;
    for id in 1..=5 {
        add(&store, "account-1", id).await;
    }
    let damage = "UPDATE factum_events SET id = x'00' WHERE position = 3";
    Connection::open(store.path())
        .unwrap()
        .execute_batch(damage)
        .unwrap();
    let account = name("account-1");
    for read in [Read::all(None), Read::stream(account, None)] {
        let page = store.read(read.clone()).await.unwrap();
        assert_eq!((page.len(), page.is_end()), (2, false), "{read:?}");
        let error = unavailable(store.read(page.next().unwrap()).await);
        let text = error.to_string();
        assert!(text.contains("the row at position 3"), "{text}");
    }
    assert_eq!(ids(&store, Read::all(Some(Position::new(3)))).await, [4, 5]);
}

#[tokio::test]
async fn a_page_ends_in_front_of_an_event_whose_stream_is_damaged() {
    for damage in [
        "DELETE FROM factum_streams WHERE name = 'account-2'",
        "UPDATE factum_streams SET name = CAST(x'ff' AS TEXT) WHERE name = 'account-2'",
        "UPDATE factum_streams SET name = 'Account-2' WHERE name = 'account-2'",
    ] {
        let (_directory, store) = fresh().await;
        for (id, stream) in (1..).zip(["account-1", "account-1", "account-2", "account-1"]) {
            add(&store, stream, id).await;
        }
        let file = Connection::open(store.path()).unwrap();
        file.execute_batch(damage).unwrap();
        for read in [Read::all(None), Read::all(None).category("account")] {
            let page = store.read(read).await.unwrap();
            assert_eq!((page.len(), page.is_end()), (2, false), "{damage}");
            let error = unavailable(store.read(page.next().unwrap()).await);
            let text = error.to_string();
            assert!(text.contains("the row at position 3"), "{damage}: {text}");
        }
        assert_eq!(ids(&store, Read::all(Some(Position::new(3)))).await, [4]);
    }
}
