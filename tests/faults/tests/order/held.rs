//! Transactions of other programs that stay open for long.

use std::time::{Duration, Instant};

use factum::postgres::tokio_postgres::Client;
use factum::{Position, Store};
use factum_faults::{figure, proved, size};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::interleaved::append_in_sql;
use crate::home::{Home, session};
use crate::writers::judged;

/// For how long they are open.
fn long() -> Duration {
    Duration::from_secs(size(5, 60) as u64)
}

/// Far longer than a read takes, and shorter than the transactions are open.
const SOON: Duration = Duration::from_secs(4);

const WRITES: &str = "CREATE TABLE public.mine (n int); BEGIN; INSERT INTO public.mine VALUES (1)";

/// It goes on seeing what was there at first.
const READS: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM factum.events";

const OPEN: &str = "it was open all the time";

/// A session of another program, in a transaction.
async fn holding(home: &Home, begin: &str) -> Client {
    let other = session(home.place.url().unwrap()).await;
    other.batch_execute(begin).await.unwrap();
    other
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_leave_open_hides_nothing_and_delays_nothing() {
    let elsewhere = Home::postgres().await;
    let neighbour = holding(&elsewhere, WRITES).await;
    let (begun, mut appends, mut slowest) = (Instant::now(), 0, Duration::ZERO);
    while begun.elapsed() < long() {
        let home = Home::postgres().await;
        let store = home.open().await;
        let writer = holding(&home, WRITES).await;
        let reader = holding(&home, READS).await;
        let started = Instant::now();
        let told = judged("others hold transactions", &store, 50).await;
        slowest = slowest.max(started.elapsed());
        appends += told.batches.len();
        for other in [writer, reader] {
            other.batch_execute("COMMIT").await.expect(OPEN);
        }
    }
    neighbour.batch_execute("COMMIT").await.expect(OPEN);
    assert!(slowest < begun.elapsed(), "they waited for the neighbour");
    proved(
        "Order: transactions of others, in this database and in another, held open beside 16 writers and 4 readers, PostgreSQL",
        &format!("{} s; {} appends", long().as_secs(), figure(appends)),
        "0 lost, 0 twice, 0 reordered, 0 half batches, 0 that waited for them",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_that_is_stuck_delays_writers_and_hides_nothing() {
    let home = Home::postgres().await;
    let store = home.open().await;
    let stuck = holding(&home, "BEGIN; SELECT FROM factum.head FOR UPDATE").await;
    let waiting = tokio::spawn({
        let store = store.clone();
        async move { judged("one is stuck", &store, 50).await }
    });
    let (begun, mut reads, mut slowest) = (Instant::now(), 0, Duration::ZERO);
    while begun.elapsed() < long().min(Duration::from_secs(20)) {
        let asked = Instant::now();
        let head = timeout(SOON, store.head()).await.expect("reads wait too");
        assert_eq!(
            head.unwrap(),
            None,
            "something overtook the one who is stuck"
        );
        slowest = slowest.max(asked.elapsed());
        reads += 1;
        sleep(Duration::from_millis(10)).await;
    }
    assert!(!waiting.is_finished());
    stuck.batch_execute("COMMIT").await.unwrap();
    let told = waiting.await.unwrap();
    proved(
        "Order: a writer of another program that sits on the lock of all writers, PostgreSQL",
        &format!(
            "{} s; {} appends and {} reads",
            begun.elapsed().as_secs(),
            figure(told.batches.len()),
            figure(reads)
        ),
        &format!(
            "0 lost, 0 twice, 0 reordered, 0 half batches; no read took more than {} ms",
            slowest.as_millis()
        ),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_append_and_roll_back_was_never_there() {
    let home = Home::postgres().await;
    let store = home.open().await;
    let other = session(home.place.url().unwrap()).await;
    let (done, is_done) = watch::channel(false);
    let rolling_back = tokio::spawn(async move {
        let mut times = 0;
        while !*is_done.borrow() {
            times += 1;
            let append = append_in_sql(u64::MAX - times);
            let held = if times % 2 == 0 {
                "SELECT pg_sleep(0.05);"
            } else {
                ""
            };
            let sql = format!("BEGIN; {append}; {held} ROLLBACK");
            other.batch_execute(&sql).await.unwrap();
            // Else the next one is first at the lock again.
            sleep(Duration::from_millis(1)).await;
        }
        times
    });
    let told = judged("others roll back", &store, size(100, 2_000) as u64).await;
    done.send(true).unwrap();
    let times = rolling_back.await.unwrap();
    assert!(times > 10, "only {times} were rolled back");
    let head = store.head().await.unwrap().map(Position::get);
    assert_eq!(head, Some(told.events() as u64), "a position is left out");
    proved(
        "Order: transactions of another program that append, are held for 50 ms and rolled back, beside 16 writers and 4 readers, PostgreSQL",
        &format!(
            "{} rolled back; {} appends",
            figure(times),
            figure(told.batches.len())
        ),
        "0 seen, 0 lost, 0 twice, 0 reordered, 0 half batches, 0 positions left out",
    );
}
