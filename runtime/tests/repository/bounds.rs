//! What a batch and a page may be, whichever store they are for.

use bytes::Bytes;
use factum::store::{
    Append, MAX_BATCH_BYTES, MAX_BATCH_EVENTS, MAX_TEXT, NewEvent, PageBuilder, Read, StoredEvent,
};
use factum::{EventId, Expected, Position, Refused, Revision, Timestamp, Uuid};

fn event(number: usize, payload: Bytes) -> NewEvent {
    let id = EventId::new(Uuid::from_u128(number as u128));
    let metadata = Bytes::new();
    NewEvent {
        metadata,
        ..NewEvent::json(id, "account.opened", payload)
    }
}

fn batch(events: Vec<NewEvent>) -> Result<Append, Refused> {
    Append::new("account-ada".parse().unwrap(), Expected::Any, events)
}

#[test]
fn a_batch_has_no_more_than_its_limits() {
    let bytes = |sizes: &[usize]| {
        let all = Bytes::from(vec![0; MAX_BATCH_BYTES + 1]);
        let events = sizes.iter().enumerate();
        batch(
            events
                .map(|(number, size)| event(number, all.slice(..*size)))
                .collect(),
        )
    };
    assert!(bytes(&[MAX_BATCH_BYTES]).is_ok());
    assert!(bytes(&[MAX_BATCH_BYTES + 1]).is_err());
    assert!(bytes(&[MAX_BATCH_BYTES - 1, 1]).is_ok());
    let refused = bytes(&[MAX_BATCH_BYTES, 1]).unwrap_err();
    let size = MAX_BATCH_BYTES + 1;
    assert!(matches!(refused, Refused::BatchTooLarge { bytes, .. } if bytes == size));
    let count = |count| batch((0..count).map(|at| event(at, Bytes::new())).collect());
    assert!(count(MAX_BATCH_EVENTS).is_ok());
    assert!(count(MAX_BATCH_EVENTS + 1).is_err());
}

#[test]
fn an_id_stands_once_in_a_batch_of_any_size() {
    let of = |numbers: &[usize]| {
        let events = numbers.iter().map(|number| event(*number, Bytes::new()));
        batch(events.collect())
    };
    assert!(of(&[1]).is_ok() && of(&[1, 2]).is_ok() && of(&[1, 2, 3]).is_ok());
    for numbers in [&[1, 1][..], &[1, 2, 1], &[1, 2, 3, 3]] {
        assert!(matches!(of(numbers), Err(Refused::IdTwice { .. })));
    }
}

#[test]
fn a_text_is_as_long_as_it_may_be() {
    let named = |bytes| {
        let name = "a".repeat(bytes).into();
        let event = event(1, Bytes::new());
        batch(vec![NewEvent { name, ..event }])
    };
    assert!(named(1).is_ok() && named(MAX_TEXT).is_ok());
    assert!(named(0).is_err() && named(MAX_TEXT + 1).is_err());
}

/// How many events with this payload fill a page, of a limit that is never met.
fn fit(payload: &[u8]) -> usize {
    let stream = format!("account-{}", "a".repeat(200));
    let event = StoredEvent {
        id: EventId::new(Uuid::nil()),
        stream: &stream,
        revision: Revision::FIRST,
        position: Position::new(1),
        index: 0,
        name: "account.opened",
        version: 1,
        codec: "json",
        tenant: None,
        recorded_at: Timestamp::UNIX_EPOCH,
        payload,
        metadata: b"{}",
    };
    let mut page = PageBuilder::new(Read::all(None).limit(Read::PAGE_BYTES));
    let events = (1..=Read::PAGE_BYTES).find(|_| {
        page.push(&event);
        page.is_full()
    });
    events.unwrap()
}

/// The room that an event takes beside its bytes counts too, and texts that neighbours share count once.
#[test]
fn a_page_is_full_by_its_bytes() {
    let (small, large) = (fit(b""), fit(&[b'x'; 4000]));
    assert!(
        (Read::PAGE_BYTES / 256..Read::PAGE_BYTES / 64).contains(&small),
        "{small}"
    );
    assert!(
        (Read::PAGE_BYTES / 4256..Read::PAGE_BYTES / 4064).contains(&large),
        "{large}"
    );
}
