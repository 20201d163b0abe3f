//! Streams that many read at once: over few connections, and nobody waits for another reader.

use std::ops::RangeInclusive;
use std::pin::pin;
use std::time::{Duration, Instant};

use factum::postgres::deadpool_postgres::{Manager, Pool};
use factum::postgres::tokio_postgres::{Client, NoTls};
use factum::store::{Page, Read};
use factum::{Expected, Postgres, Revision, Store, StoreError, UnavailableCause};
use futures_util::future::{join_all, poll_immediate};
use tokio::task::JoinHandle;

use crate::batches::{add, batch, cause, id_of, ids, name, unavailable};
use crate::fixture::{EVENTS, fresh, locked, session, waiting};
use crate::pages::large;

const STREAMS: u128 = 64;

/// One that reads alone, and all others in one group, or in up to three.
const READING: RangeInclusive<usize> = 2..=4;

fn of(stream: u128) -> Read {
    Read::stream(name(&format!("account-{stream}")), None).bare()
}

/// What its events say.
fn said(page: &Page) -> Vec<String> {
    let text = |payload: &[u8]| String::from_utf8(payload.to_vec()).unwrap();
    page.iter().map(|event| text(event.payload)).collect()
}

/// A stream for each of many readers.
async fn filled() -> (String, Postgres) {
    let (url, store) = fresh().await;
    for stream in 0..STREAMS {
        add(&store, &format!("account-{stream}"), stream).await;
    }
    (url, store)
}

/// Nobody gets to see an event until this session commits.
async fn held(url: &str) -> Client {
    locked(url, EVENTS).await
}

/// All streams are being read.
fn reading(store: &Postgres) -> Vec<JoinHandle<Result<Page, StoreError>>> {
    let read = |stream| {
        let store = store.clone();
        tokio::spawn(async move { store.read(of(stream)).await })
    };
    (0..STREAMS).map(read).collect()
}

/// Each reader has its own stream.
async fn each_has_its_own(reading: Vec<JoinHandle<Result<Page, StoreError>>>) {
    for (stream, page) in (0..STREAMS).zip(join_all(reading).await) {
        let cents = format!(r#"{{"cents":{stream}}}"#);
        assert_eq!(said(&page.unwrap().unwrap()), [cents]);
    }
}

#[tokio::test]
async fn many_load_over_few_connections() {
    let (url, store) = filled().await;
    let (other, watch) = (held(&url).await, session(&url).await);
    let reading = reading(&store);
    waiting(&watch, *READING.start()).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    let ask = "SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'factum' AND state = 'active'";
    let active = watch.query(ask, &[]).await.unwrap().len();
    assert!(READING.contains(&active), "{active}");
    // Others have connections still.
    assert_eq!(store.head().await.unwrap().unwrap().get(), 64);
    other.batch_execute("COMMIT").await.unwrap();
    each_has_its_own(reading).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_connection_that_ends_fails_none_of_those_who_load_over_it() {
    let (url, store) = filled().await;
    for _ in 0..20 {
        // A connection that was never used is no use to anyone if it ends.
        each_has_its_own(reading(&store)).await;
        let (other, watch) = (held(&url).await, session(&url).await);
        let reading = reading(&store);
        waiting(&watch, *READING.start()).await;
        let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = 'factum' AND state = 'active'";
        assert!(watch.query(kill, &[]).await.unwrap().len() >= *READING.start());
        other.batch_execute("COMMIT").await.unwrap();
        each_has_its_own(reading).await;
    }
}

#[tokio::test]
async fn a_reader_that_nobody_asks_for_keeps_no_other_one_waiting() {
    let (_url, store) = fresh().await;
    for stream in 0..STREAMS {
        let stream = format!("account-{stream}");
        store.append(large(&stream, 1, 4 << 20)).await.unwrap();
    }
    // All of them ask, and all but the last are left alone then.
    let mut readers: Vec<_> = (0..STREAMS)
        .map(|stream| Box::pin(store.read(of(stream))))
        .collect();
    for reader in &mut readers {
        assert!(poll_immediate(reader).await.is_none());
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let mut last = pin!(readers.pop().unwrap());
    let page = tokio::time::timeout(Duration::from_secs(20), &mut last).await;
    assert_eq!(page.unwrap().unwrap().iter().count(), 1);
    for page in join_all(readers).await {
        assert_eq!(page.unwrap().iter().count(), 1);
    }
}

/// All that a page says, and what those say that it leads to: how long each of them is depends on what was read before.
async fn told(store: &Postgres, first: Page) -> String {
    let (span, found) = (first.span(), first.found());
    let (mut events, mut next) = (Vec::new(), Some(first));
    while let Some(page) = next {
        events.extend(
            page.iter()
                .map(|event| (event.revision.get(), event.payload.len())),
        );
        next = match page.next() {
            Some(read) => Some(store.read(read).await.unwrap()),
            None => None,
        };
    }
    format!(
        "{span:?} {found:?} {:?} {:?}, {}",
        events.first(),
        events.last(),
        events.len()
    )
}

#[tokio::test]
async fn each_of_those_who_load_together_has_the_page_that_it_has_alone() {
    let (_url, store) = filled().await;
    let many: Vec<u128> = (1_000..2_500).collect();
    for (stream, ids) in [("long-1", &*many), ("gone-1", &[5_000, 5_001])] {
        store
            .append(batch(stream, Expected::NoStream, ids.iter().copied()))
            .await
            .unwrap();
    }
    store
        .append(large("large-1", 6_000, 4 << 20))
        .await
        .unwrap();
    add(&store, "large-1", 6_001).await;
    store
        .deletes()
        .unwrap()
        .delete(name("gone-1"), Expected::Exists)
        .await
        .unwrap();
    let from =
        |stream: &str, after: u64| Read::stream(name(stream), Some(Revision::new(after))).bare();
    let whole = |stream: &str| Read::stream(name(stream), None).bare();
    let reads = [
        whole("long-1"),
        whole("missing-1"),
        from("long-1", 1_000),
        from("long-1", 1_499),
        from("long-1", 9_999),
        whole("gone-1"),
        whole("large-1"),
        whole("long-1").find(Some(id_of(2_400))),
        whole("long-1").find(Some(id_of(1))),
        from("gone-1", 0).find(Some(id_of(5_000))),
        of(7),
        of(7),
    ];
    let mut alone = Vec::new();
    for read in &reads {
        let page = store.read(read.clone()).await.unwrap();
        alone.push(told(&store, page).await);
    }
    for _ in 0..3 {
        // The first one reads alone.
        let all = [of(0)].into_iter().chain(reads.clone());
        let pages = join_all(all.map(|read| store.read(read))).await;
        let mut together = Vec::new();
        for page in pages.into_iter().skip(1) {
            together.push(told(&store, page.unwrap()).await);
        }
        assert_eq!(together, alone);
    }
}

#[tokio::test]
async fn a_row_that_nobody_can_read_fails_those_alone_who_load_its_stream() {
    let (url, store) = filled().await;
    let damage = "UPDATE factum.events SET version = 70000 FROM factum.streams s
        WHERE stream = s.key AND s.name = 'account-3'";
    session(&url).await.batch_execute(damage).await.unwrap();
    let pages = join_all([0, 3, 4, 3, 5].map(|stream| store.read(of(stream)))).await;
    for (stream, page) in [0, 3, 4, 3, 5].into_iter().zip(pages) {
        match stream {
            3 => assert_eq!(cause(page), UnavailableCause::NotAStore),
            _ => assert_eq!(page.unwrap().iter().count(), 1),
        }
    }
}

#[tokio::test]
async fn a_stream_that_is_damaged_fails_those_alone_who_load_it() {
    let (url, store) = filled().await;
    let damage = "ALTER TABLE factum.streams DROP CONSTRAINT IF EXISTS streams_check;
        UPDATE factum.streams SET first = -1 WHERE name = 'account-3'";
    session(&url).await.batch_execute(damage).await.unwrap();
    let pages = join_all([0, 3, 4, 5].map(|stream| store.read(of(stream)))).await;
    let failed: Vec<bool> = pages.iter().map(Result::is_err).collect();
    assert_eq!(failed, [false, true, false, false]);
}

#[tokio::test]
async fn an_event_that_is_damaged_is_named_by_its_position_if_that_was_read() {
    let (url, store) = filled().await;
    let whole = || Read::stream(name("account-3"), None);
    let page = store.read(whole()).await.unwrap();
    let position = page.iter().next().unwrap().position.get();
    let damage = format!("UPDATE factum.events SET version = -1 WHERE position = {position}");
    session(&url).await.batch_execute(&damage).await.unwrap();
    let named = format!("the row at position {position}: ");
    for (read, is_named) in [
        (of(3).bare(), false),
        (Read::all(None), true),
        (whole(), true),
    ] {
        let error = unavailable(store.read(read).await).to_string();
        assert_eq!(error.contains(&named), is_named, "{error}");
    }
}

#[tokio::test]
async fn those_who_load_wait_no_longer_for_being_many() {
    let (url, _store) = filled().await;
    let manager = Manager::new(url.parse().unwrap(), NoTls);
    let pool = Pool::builder(manager).max_size(2).build().unwrap();
    let builder = Postgres::on(pool.clone()).timeout(Duration::from_millis(500));
    let store = builder.open().await.unwrap();
    // The task that appends keeps the other one.
    let _held = pool.get().await.unwrap();
    add(&store, "account-1", 1_000).await;
    let started = Instant::now();
    let pages = join_all((0..1_000).map(|_| store.read(of(0)))).await;
    for page in pages {
        assert_eq!(cause(page), UnavailableCause::Locked);
    }
    let took = started.elapsed();
    assert!(took < Duration::from_secs(3), "{took:?}");
}

#[tokio::test]
async fn a_server_that_would_rather_read_in_parallel_keeps_the_order_of_rows() {
    let (url, store) = filled().await;
    for id in 100..200 {
        add(&store, &format!("account-{}", id % 4), id).await;
    }
    let admin = session(&url).await;
    let database: String = admin
        .query_one("SELECT quote_ident(current_database())", &[])
        .await
        .unwrap()
        .get(0);
    let mut set = 0;
    for setting in [
        "max_parallel_workers_per_gather = 8",
        "parallel_setup_cost = 0",
        "parallel_tuple_cost = 0",
        "min_parallel_table_scan_size = 0",
        "min_parallel_index_scan_size = 0",
        "force_parallel_mode = on",
        "debug_parallel_query = on",
    ] {
        let alter = format!("ALTER DATABASE {database} SET {setting}");
        set += usize::from(admin.batch_execute(&alter).await.is_ok());
    }
    assert_eq!(
        set, 6,
        "the last two are one, which has another name since version 16"
    );
    let manager = Manager::new(url.parse().unwrap(), NoTls);
    let pool = Pool::builder(manager).max_size(4).build().unwrap();
    let parallel = Postgres::on(pool).open().await.unwrap();
    for read in [
        Read::all(None),
        Read::all(None).backward(),
        Read::stream(name("account-3"), None),
        Read::stream(name("account-3"), None).backward(),
    ] {
        assert_eq!(ids(&parallel, read.clone()).await, ids(&store, read).await);
    }
    let both =
        [&parallel, &store].map(|store| join_all((0..8).map(|stream| store.read(of(stream)))));
    let [parallel, plain] = both.map(async |pages| {
        let pages = pages.await.into_iter().map(Result::unwrap);
        pages.map(|page| said(&page)).collect::<Vec<_>>()
    });
    assert_eq!(parallel.await, plain.await);
}
