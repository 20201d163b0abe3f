//! What is read at once, where it is asked for, and what goes to a thread.

use std::sync::mpsc;
use std::time::Duration;

use factum::sqlite::rusqlite::Connection;
use factum::store::{Append, Page, Read, StoredEvent};
use factum::{EventId, Expected, Position, Sqlite, Store, Timestamp, Uuid};
use futures_util::{FutureExt, StreamExt, stream};
use tokio::time::timeout;

use crate::fixture::{add, batch, end_of, event, fresh, ids, name, one_thread, place, unavailable};

/// What a read gives while that thread is busy: `None` if it needs one.
async fn at_once(store: &Sqlite, read: Read) -> Option<Page> {
    // From here on a connection is open.
    let in_time = store.read(read.clone()).await.unwrap();
    let (release, released) = mpsc::sync_channel::<()>(1);
    let busy = tokio::task::spawn_blocking(move || released.recv());
    let page = store.read(read).now_or_never();
    drop(release);
    busy.await.unwrap().unwrap_err();
    let page = page?.unwrap();
    // A thread may have read on.
    assert!(page.iter().eq(in_time.iter().take(page.len())));
    Some(page)
}

#[test]
fn a_few_events_are_read_where_they_are_asked_for() {
    one_thread().block_on(async {
        let (_directory, store) = fresh().await;
        let account = || Read::stream(name("account-1"), None);
        let append = batch("account-1", Expected::NoStream, 1..=128);
        store.append(append).await.unwrap();
        assert_eq!(at_once(&store, account()).await.unwrap().len(), 128);

        add(&store, "account-1", 129).await;
        assert!(at_once(&store, account()).await.is_none());
        // It is the events to look at that count, not those of the page.
        let rare = account().event("account.closed");
        assert!(at_once(&store, rare).await.is_none());
        assert_eq!(at_once(&store, account().limit(3)).await.unwrap().len(), 3);
        let news = Read::all(Some(Position::new(127)));
        assert_eq!(at_once(&store, news).await.unwrap().len(), 2);
    });
}

#[test]
fn a_page_of_everything_is_read_where_it_is_asked_for() {
    one_thread().block_on(async {
        let (_directory, store) = fresh().await;
        let append = batch("account-1", Expected::NoStream, 1..=999);
        store.append(append).await.unwrap();
        let all = || Read::all(None).limit(2000);
        assert_eq!(at_once(&store, all()).await.unwrap().len(), 999);

        add(&store, "account-1", 1000).await;
        add(&store, "account-1", 1001).await;
        assert!(at_once(&store, all()).await.is_none());
        let page = at_once(&store, all().limit(1000)).await.unwrap();
        assert_eq!((page.len(), end_of(&page)), (1000, Some(1000)));
        // Which of them have the name is seen by SQLite alone.
        let rare = |after| Read::all(after).limit(1).event("account.closed");
        assert!(at_once(&store, rare(None)).await.is_none());
        let after = Some(Position::new(1));
        let page = at_once(&store, rare(after)).await.unwrap();
        assert_eq!((page.len(), end_of(&page)), (0, Some(1001)));
        let rest = Read::all(after).limit(2000).category("account");
        let page = at_once(&store, rest).await.unwrap();
        assert_eq!((page.len(), page.is_end()), (1000, true));
    });
}

#[test]
fn half_a_page_is_worth_having_at_once() {
    one_thread().block_on(async {
        let (_directory, store) = fresh().await;
        // In turns, so that 1,000 rows hold 500 of them.
        for id in 0..1500 {
            let stream = ["account-1", "order-1"][id % 2];
            add(&store, stream, id as u128 + 1).await;
        }
        let accounts = Read::all(None).category("account");
        let first = at_once(&store, accounts.clone()).await.unwrap();
        assert_eq!((first.len(), first.is_end()), (500, false));
        let rest = at_once(&store, first.next().unwrap()).await.unwrap();
        assert_eq!((rest.len(), rest.is_end()), (250, true));
        let odd: Vec<_> = (1..=1500).step_by(2).collect();
        assert_eq!(ids(&store, accounts.clone()).await, odd);
        // Less than half is left to a thread, which reads on.
        let many = accounts.limit(1001);
        assert!(at_once(&store, many.clone()).await.is_none());
        assert_eq!(store.read(many).await.unwrap().len(), 750);
    });
}

#[test]
fn a_few_large_events_are_read_on_a_thread() {
    one_thread().block_on(async {
        let (_directory, store) = fresh().await;
        let large = |id| {
            let mut event = event(id);
            event.payload = vec![b' '; 200 << 10].into();
            event
        };
        let events = (1..=3).map(large).collect();
        let append = Append::new(name("account-1"), Expected::NoStream, events);
        store.append(append.unwrap()).await.unwrap();
        let account = || Read::stream(name("account-1"), None);
        assert!(at_once(&store, account()).await.is_none());
        assert_eq!(store.read(account()).await.unwrap().len(), 3);
        assert_eq!(at_once(&store, account().limit(2)).await.unwrap().len(), 2);
        // Two of them are more than half.
        let page = at_once(&store, account().limit(3)).await.unwrap();
        assert_eq!((page.len(), page.is_end()), (2, false));
    });
}

#[test]
fn what_is_little_is_read_while_every_reader_is_taken() {
    one_thread().block_on(async {
        let (_directory, path) = place();
        let store = Sqlite::builder(path).readers(1).open().await.unwrap();
        let little = 64 << 10;
        for (stream, bytes) in [("account-1", little), ("order-1", little + 1)] {
            let mut event = event(1);
            event.payload = vec![b' '; bytes - event.metadata.len()].into();
            let append = Append::new(name(stream), Expected::NoStream, vec![event]);
            store.append(append.unwrap()).await.unwrap();
        }
        let (release, released) = mpsc::sync_channel::<()>(1);
        let busy = tokio::task::spawn_blocking(move || released.recv());
        let mut waiting = store.read(Read::stream(name("order-1"), None));
        assert!(
            (&mut waiting).now_or_never().is_none(),
            "it has the only reader, and waits for the thread"
        );
        let at_once = store.read(Read::stream(name("account-1"), None));
        let page = at_once.now_or_never().unwrap().unwrap();
        assert_eq!((page.len(), page.is_end()), (1, true));
        drop(release);
        busy.await.unwrap().unwrap_err();
        assert_eq!(waiting.await.unwrap().len(), 1);
    });
}

#[tokio::test]
async fn a_bare_event_has_what_folding_takes() {
    let (_directory, store) = fresh().await;
    let append = batch("account-1", Expected::NoStream, 1..=2);
    store.append(append).await.unwrap();
    let read = Read::stream(name("account-1"), None);
    let whole = store.read(read.clone()).await.unwrap();
    let bare = store.read(read.bare()).await.unwrap();
    assert_eq!(bare.len(), 2);
    for (whole, bare) in whole.iter().zip(bare.iter()) {
        let left_out = StoredEvent {
            id: EventId::new(Uuid::nil()),
            position: Position::new(0),
            recorded_at: Timestamp::UNIX_EPOCH,
            metadata: &[],
            ..whole
        };
        assert_eq!(bare, left_out);
    }
    let all = store.read(Read::all(None).bare()).await.unwrap();
    assert!(all.iter().eq(whole.iter()));
}

#[tokio::test]
async fn a_reader_that_is_not_polled_any_more_keeps_nobody_waiting() {
    let (_directory, path) = place();
    let store = Sqlite::builder(path).readers(1).open().await.unwrap();
    let append = batch("account-1", Expected::NoStream, 1..=500);
    store.append(append).await.unwrap();
    let page = || store.read(Read::stream(name("account-1"), None));
    let mut pages = stream::iter(0..4).map(|_| page()).buffer_unordered(4);
    while let Some(one) = pages.next().await {
        assert_eq!(one.unwrap().len(), 500);
        // Nobody asks for the others meanwhile, to whom the one connection may have been promised.
        let another = timeout(Duration::from_secs(10), page()).await;
        assert_eq!(another.unwrap().unwrap().len(), 500);
    }
}

#[tokio::test]
async fn a_bare_event_that_cannot_be_read_is_told_by_its_position() {
    let (_directory, store) = fresh().await;
    add(&store, "account-1", 1).await;
    let damage = "UPDATE factum_events SET version = 65536";
    let file = Connection::open(store.path()).unwrap();
    file.execute_batch(damage).unwrap();
    let read = Read::stream(name("account-1"), None).bare();
    let error = unavailable(store.read(read).await);
    let text = error.to_string();
    assert!(text.contains("the row at position 1"), "{text}");
}
