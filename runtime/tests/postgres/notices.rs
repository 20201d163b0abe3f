//! Word from other processes: soon, never needed, and only where it is asked for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use factum::postgres::tokio_postgres::Client;
use factum::store::Read;
use factum::{Position, Postgres, Store, UnavailableCause};

use crate::batches::{add, cause, ids};
use crate::fixture::{Place, pool, session};

/// So long that nothing in these tests is found by it.
const NEVER: Duration = Duration::from_secs(60);

const KILL: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'factum listening'";

async fn open(url: &str, schema: &str, notifies: bool, poll: Duration) -> Postgres {
    let builder = Postgres::builder(url).schema(schema).migrate();
    let builder = builder.connections(2).notify(notifies).poll_interval(poll);
    builder.open().await.unwrap()
}

/// How many sessions listen in this database, once they have come or gone.
async fn listening(session: &Client, expected: i64) {
    let ask = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
        AND application_name = 'factum listening' AND query <> '' AND state = 'idle'";
    let started = Instant::now();
    loop {
        let count: i64 = session.query_one(ask, &[]).await.unwrap().get(0);
        if count == expected {
            return;
        }
        assert!(started.elapsed() < Duration::from_secs(5), "{count} listen");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// How long it takes until one store hears of what the other appends; no longer than this.
async fn heard(from: &Postgres, at: &Postgres, id: u128, limit: Duration) -> Duration {
    let before = at.head().await.unwrap();
    let wait = tokio::spawn({
        let at = at.clone();
        async move { at.wait(before, limit).await }
    });
    // It has looked once, and waits.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let started = Instant::now();
    add(from, "account-1", id).await;
    wait.await.unwrap().unwrap();
    started.elapsed()
}

#[tokio::test]
async fn an_append_wakes_other_processes_long_before_they_would_look() {
    let url = factum_server::database().await;
    let names = [
        "factum",
        "a\"; DROP SCHEMA public; --",
        "\u{1f980}",
        &"x".repeat(63),
    ];
    for schema in names {
        let here = open(&url, schema, true, NEVER).await;
        let there = open(&url, schema, true, NEVER).await;
        let deaf = open(&url, schema, false, NEVER).await;
        for id in 1..10 {
            let took = heard(&here, &there, id, Duration::from_secs(10)).await;
            // The first may come before the listener has begun: it is found when it has.
            assert!(took < Duration::from_secs(4), "{schema}: {took:?}");
        }
        let limit = Duration::from_millis(1_500);
        let took = heard(&here, &deaf, 10, limit).await;
        assert!(took > limit / 2, "{schema}: it was no word that woke it");
    }
}

#[tokio::test]
async fn who_does_not_ask_for_it_has_no_listener_and_who_closes_leaves_none() {
    let url = factum_server::database().await;
    let watch = session(&url).await;
    let silent = open(&url, "factum", false, NEVER).await;
    add(&silent, "account-1", 1).await;
    listening(&watch, 0).await;
    let speaking = open(&url, "factum", true, NEVER).await;
    let clone = speaking.clone();
    listening(&watch, 1).await;
    drop(speaking);
    add(&clone, "account-1", 2).await;
    listening(&watch, 1).await;
    drop(clone);
    listening(&watch, 0).await;
    let refused = Postgres::on(pool(&url)).notify(true).open().await;
    assert_eq!(cause(refused), UnavailableCause::Misconfigured);
}

#[tokio::test]
async fn what_nobody_says_is_found_by_the_poll() {
    let url = factum_server::database().await;
    let watch = session(&url).await;
    let poll = Duration::from_millis(300);
    let there = open(&url, "factum", true, poll).await;
    let silent = open(&url, "factum", false, poll).await;
    listening(&watch, 1).await;
    for id in 1..=5 {
        let took = heard(&silent, &there, id, Duration::from_secs(10)).await;
        assert!(
            took < 10 * poll,
            "found after {took:?}, and looked for each {poll:?}"
        );
    }
}

#[tokio::test]
async fn what_nobody_said_while_a_listener_was_gone_is_found_when_it_is_back() {
    let url = factum_server::database().await;
    let watch = session(&url).await;
    let there = open(&url, "factum", true, NEVER).await;
    let silent = open(&url, "factum", false, NEVER).await;
    listening(&watch, 1).await;
    let wait = tokio::spawn(async move { there.wait(None, NEVER).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    watch.execute(KILL, &[]).await.unwrap();
    add(&silent, "account-1", 1).await;
    let woken = tokio::time::timeout(Duration::from_secs(5), wait).await;
    woken.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn schemas_do_not_wake_each_other() {
    let url = factum_server::database().await;
    let watch = session(&url).await;
    let quiet = open(&url, "quiet", true, NEVER).await;
    listening(&watch, 1).await;
    let asked = async || {
        let ask =
            "SELECT query_start::text FROM pg_stat_activity WHERE datname = current_database()
            AND application_name = 'factum listening' ORDER BY backend_start LIMIT 1";
        watch.query_one(ask, &[]).await.unwrap().get::<_, String>(0)
    };
    let before = asked().await;
    let (busy, other) = (
        open(&url, "busy", true, NEVER).await,
        open(&url, "busy", true, NEVER).await,
    );
    listening(&watch, 3).await;
    for id in 1..20 {
        heard(&busy, &other, id, Duration::from_secs(10)).await;
    }
    assert_eq!(asked().await, before, "it looked, and there was nothing");
    let another = open(&url, "quiet", true, NEVER).await;
    heard(&another, &quiet, 1, Duration::from_secs(10)).await;
    assert_ne!(asked().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn listeners_that_are_killed_lose_nothing_and_delay_nothing_beyond_the_poll() {
    const POLL: Duration = Duration::from_secs(1);
    let kills = if std::env::var_os("FACTUM_SOAK").is_some() {
        200
    } else {
        20
    };
    let url = factum_server::database().await;
    let (writer, reader) = (
        open(&url, "factum", true, POLL).await,
        open(&url, "factum", true, POLL).await,
    );
    let watch = session(&url).await;
    listening(&watch, 2).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let writing = tokio::spawn({
        let is_over = Arc::clone(&is_over);
        async move {
            let mut stored = Vec::new();
            while !is_over.load(Ordering::Relaxed) {
                let position = add(&writer, "account-1", stored.len() as u128).await;
                stored.push((position, Instant::now()));
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            stored
        }
    });
    let reading = tokio::spawn({
        let is_over = Arc::clone(&is_over);
        async move {
            let (mut seen, mut last): (Vec<Instant>, Option<Position>) = (Vec::new(), None);
            loop {
                let was_over = is_over.load(Ordering::Relaxed);
                reader.wait(last, POLL * 2).await.unwrap();
                let new = ids(&reader, Read::all(last)).await;
                for id in &new {
                    assert_eq!(*id, seen.len() as u128, "lost, or out of order");
                    seen.push(Instant::now());
                }
                last = (!seen.is_empty()).then(|| Position::new(seen.len() as u64));
                if was_over && new.is_empty() {
                    return seen;
                }
            }
        }
    });
    let mut killed = 0;
    while killed < kills {
        killed += watch.query(KILL, &[]).await.unwrap().len();
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    is_over.store(true, Ordering::Relaxed);
    let (stored, seen) = (writing.await.unwrap(), reading.await.unwrap());
    assert_eq!(stored.len(), seen.len());
    let delays = stored
        .iter()
        .zip(&seen)
        .map(|((_, stored), seen)| seen.saturating_duration_since(*stored));
    let longest = delays.max().unwrap();
    println!(
        "{killed} kills, {} events, at most {longest:?} late",
        seen.len()
    );
    assert!(longest < POLL + Duration::from_millis(500), "{longest:?}");
}

#[tokio::test]
async fn a_server_that_says_nothing_keeps_a_listener_no_longer_than_the_timeout() {
    let url = factum_server::database().await;
    let place = Place::of(&url);
    let builder = Postgres::builder(&place.url).migrate().notify(true);
    let _store = builder.timeout(Duration::from_secs(1)).open().await;
    let watch = session(&url).await;
    listening(&watch, 1).await;
    let silent = place.silent();
    watch.query(KILL, &[]).await.unwrap();
    let (_connection, _) = silent.accept().await.unwrap();
    place.speaks();
    listening(&watch, 1).await;
}
