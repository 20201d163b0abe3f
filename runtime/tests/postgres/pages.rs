//! Pages of large events, and those that never come to an end.

use std::time::{Duration, Instant};

use factum::store::{Append, NewEvent, Page, Read};
use factum::{Expected, Postgres, Store, UnavailableCause};
use factum_server::database;

use crate::batches::{add, cause, id_of, name};
use crate::wire::Wire;

/// An event with so many bytes.
pub(crate) fn large(stream: &str, id: u128, bytes: usize) -> Append {
    let payload = format!("\"{}\"", "x".repeat(bytes));
    let event = NewEvent::json(id_of(id), "account.noted", payload);
    Append::new(name(stream), Expected::Any, vec![event]).unwrap()
}

/// How many events a read comes to, and in how many pages.
async fn counted(store: &Postgres, read: Read) -> (usize, usize) {
    let (mut next, mut events, mut pages) = (Some(read), 0, 0);
    while let Some(read) = next {
        let page = store.read(read).await.unwrap();
        (events, pages) = (events + page.len(), pages + 1);
        next = page.next();
    }
    (events, pages)
}

#[tokio::test]
async fn a_page_that_stops_in_its_middle_is_given_up() {
    let url = database().await;
    let store = Postgres::builder(&url).migrate().open().await.unwrap();
    store.append(large("account-0", 1, 4 << 20)).await.unwrap();
    add(&store, "account-1", 2).await;
    let wire = Wire::to(&url, 1 << 20);
    let builder = Postgres::builder(&wire.url).timeout(Duration::from_millis(500));
    let silent = builder.open().await.unwrap();
    let of = |stream| Read::stream(name(stream), None);
    let count = |page: Page| page.iter().count();
    assert_eq!(silent.read(of("account-1")).await.map(count).unwrap(), 1);
    for read in [of("account-0"), of("account-0").bare(), Read::all(None)] {
        let started = Instant::now();
        assert_eq!(cause(silent.read(read).await), UnavailableCause::Io);
        assert!(started.elapsed() < Duration::from_secs(2));
    }
    // Over another connection.
    assert_eq!(silent.read(of("account-1")).await.map(count).unwrap(), 1);
}

#[tokio::test]
async fn what_a_page_has_no_room_for_is_sent_for_one_page_and_no_other() {
    const EVENTS: usize = 48;
    const EACH: usize = 1 << 20;
    let url = database().await;
    let filling = Postgres::builder(&url).migrate().open().await.unwrap();
    for id in 0..EVENTS as u128 {
        filling.append(large("large-1", id, EACH)).await.unwrap();
    }
    for whole in [
        Read::stream(name("large-1"), None),
        Read::stream(name("large-1"), None).backward(),
        Read::all(None),
        Read::all(None).backward(),
    ] {
        let wire = Wire::to(&url, usize::MAX);
        let store = Postgres::open(&wire.url).await.unwrap();
        let (events, pages) = counted(&store, whole.clone()).await;
        let passed = wire.passed();
        let told = format!("{whole:?}: {pages} pages, {} MiB", passed >> 20);
        assert_eq!(events, EVENTS, "{told}");
        // The first page cannot know; each of the others is sent one that is too many at most.
        assert!(passed < (2 * EVENTS + pages) * (EACH + 4096), "{told}");
        // As soon as events are small again, so many are asked for again.
        for id in 1_000..1_020 {
            add(&store, &format!("small-{id}"), id).await;
        }
        let small = Read::all(None).backward().limit(18);
        let lengths = [
            store.read(small.clone()).await.unwrap().len(),
            store.read(small).await.unwrap().len(),
        ];
        assert!(lengths[0] < 18 && lengths[1] == 18, "{lengths:?}");
        for id in 1_000..1_020_u128 {
            let stream = name(&format!("small-{id}"));
            filling
                .deletes()
                .unwrap()
                .delete(stream, Expected::Exists)
                .await
                .unwrap();
        }
    }
}

#[tokio::test]
async fn what_is_large_on_its_way_alone_ends_a_page_that_leads_on() {
    const EVENTS: u128 = 10_000;
    let url = database().await;
    let store = Postgres::builder(&url).migrate().open().await.unwrap();
    // A page keeps a name once, and a row has it again.
    let noted = "n".repeat(256).leak();
    for stream in 0..2 {
        let ids = stream * EVENTS..(stream + 1) * EVENTS;
        let events = ids.map(|id| NewEvent::json(id_of(id), noted, "0"));
        let append = Append::new(name("account-1"), Expected::Any, events.collect());
        store.append(append.unwrap()).await.unwrap();
    }
    for read in [Read::all(None), Read::all(None).backward()] {
        let (events, pages) = counted(&store, read.limit(usize::MAX)).await;
        assert_eq!(
            (events, pages > 1),
            (2 * EVENTS as usize, true),
            "{pages} pages"
        );
    }
}
