//! What the suite cannot see: where events lie, and how the parts make one order.

use uuid::Uuid;

use super::log::PIECE;
use super::streams::Ids;
use super::{Deletes, Memory, Read, Store};
use crate::place::{Expected, Position, Revision};
use crate::recorded::EventId;
use crate::store::{Append, NewEvent};
use crate::stream::StreamName;

fn id(number: u128) -> EventId {
    EventId::new(Uuid::from_u128(number))
}

fn stream(number: usize) -> StreamName {
    StreamName::new("account", &number.to_string()).unwrap()
}

/// Gives each of so many streams an event in turns.
async fn filled(streams: usize, events: usize) -> Memory {
    let store = Memory::new();
    for number in 0..events {
        let append = appended(number % streams, number);
        store.append(append).await.unwrap();
    }
    store
}

#[test]
fn ids_are_found_in_whatever_order_they_come() {
    let mut ids = Ids::default();
    let order = [5, 9, 7, 10, 1, 12, 11, 0];
    for (number, revision) in order.into_iter().zip(0..) {
        assert_eq!(ids.get(id(number)), None, "{number}");
        ids.insert(id(number), Revision::new(revision));
    }
    for (number, revision) in order.into_iter().zip(0..) {
        assert_eq!(
            ids.get(id(number)),
            Some(Revision::new(revision)),
            "{number}"
        );
    }
    assert_eq!([2, 6, 8, 13].map(|number| ids.get(id(number))), [None; 4]);
}

#[tokio::test]
async fn events_of_all_parts_are_read_in_the_order_of_their_positions() {
    let events = 16 * PIECE * 3;
    let store = filled(400, events).await;
    let parts = store.data.streams.all_reading();
    assert!(parts.iter().all(|part| part.log.len() > PIECE));
    drop(parts);

    let all: Vec<u64> = (1..=events as u64).collect();
    for after in [
        None,
        Some(0),
        Some(1),
        Some(65),
        Some(all.len() as u64 - 1),
        Some(1 << 40),
    ] {
        let place = after.map(Position::new);
        let forward: Vec<_> = all
            .iter()
            .copied()
            .filter(|it| *it > after.unwrap_or(0))
            .collect();
        assert_eq!(
            positions(&store, Read::all(place).limit(1000)).await,
            forward,
            "{after:?}"
        );
        let backward = all.iter().rev().copied();
        let backward: Vec<_> = backward
            .filter(|it| after.is_none_or(|after| *it < after))
            .collect();
        let read = Read::all(place).backward().limit(1000);
        assert_eq!(positions(&store, read).await, backward, "{after:?}");
    }
}

async fn positions(store: &Memory, read: Read) -> Vec<u64> {
    let (mut next, mut found) = (Some(read), Vec::new());
    while let Some(read) = next {
        let page = store.read(read).await.unwrap();
        for event in page.iter() {
            let payload = format!("{{\"number\":{}}}", event.position.get() - 1);
            assert_eq!(event.payload, payload.as_bytes());
            found.push(event.position.get());
        }
        next = page.next();
    }
    found
}

#[tokio::test]
async fn bytes_go_with_the_last_event_of_their_piece() {
    let store = filled(2, 2 * PIECE).await;
    let bytes = || {
        let parts = store.data.streams.all_reading();
        parts.iter().map(|part| part.log.bytes()).sum::<usize>()
    };
    let before = bytes();
    assert!(before > 0);
    for number in 0..2 {
        let deleted = store
            .delete(stream(number), Expected::Exists)
            .await
            .unwrap();
        assert_eq!(deleted, PIECE as u64);
    }
    assert_eq!(bytes(), 0, "of {before}");
    assert_eq!(positions(&store, Read::all(None)).await, [0_u64; 0]);

    let event = NewEvent::json(id(1 << 64), "account.opened", "{\"number\":128}");
    let append = Append::new(stream(0), Expected::NoStream, vec![event]).unwrap();
    assert_eq!(
        store.append(append).await.unwrap().positions,
        [Position::new(129)]
    );
    assert_eq!(positions(&store, Read::all(None)).await, [129]);
}

#[tokio::test]
async fn who_gives_up_waiting_costs_later_appends_one_look() {
    let store = Memory::new();
    let wait = store.data.head.pass(None);
    assert!(
        tokio::time::timeout(std::time::Duration::ZERO, wait)
            .await
            .is_err()
    );
    assert!(store.data.head.is_awaited());
    store.append(appended(0, 0)).await.unwrap();
    assert!(!store.data.head.is_awaited());
}

fn appended(to: usize, number: usize) -> Append {
    let payload = format!("{{\"number\":{number}}}");
    let event = NewEvent::json(id(number as u128), "account.opened", payload);
    Append::new(stream(to), Expected::Any, vec![event]).unwrap()
}
