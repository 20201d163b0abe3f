//! Transactions of other programs that stay open for long.

use std::time::{Duration, Instant};

use factum::postgres::tokio_postgres::Client;
use factum::store::Appended;
use factum::{Position, Postgres, Revision, Store, StoreError, Timestamp};
use factum_faults::{Row, Told, figure, proved, size};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::interleaved::{append, append_in_sql};
use crate::home::{Home, session};
use crate::writers::{appends, judged, judged_beside};

/// For how long they are open.
fn long() -> Duration {
    Duration::from_secs(size(5, 60) as u64)
}

/// Far longer than a read takes, and shorter than the transactions are open.
const SOON: Duration = Duration::from_secs(4);

/// By then whoever waits has been told of whom.
const NAMED: Duration = Duration::from_secs(5);

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
    // Whoever waits gives up only long after the one who is stuck.
    let builder = Postgres::builder(home.place.url().unwrap()).migrate();
    let store = builder.timeout(10 * long()).open().await.unwrap();
    let stuck = holding(&home, "BEGIN; SELECT FROM factum.head FOR UPDATE").await;
    let ask = "SELECT pg_backend_pid()";
    let session: i32 = stuck.query_one(ask, &[]).await.unwrap().get(0);
    let waiting = tokio::spawn({
        let store = store.clone();
        async move { judged("one is stuck", &store, 50).await }
    });
    let builder = Postgres::builder(home.place.url().unwrap()).timeout(SOON);
    let impatient = builder.open().await.unwrap();
    let asking = tokio::spawn(async move {
        let asked = Instant::now();
        let refused = impatient.append(append(u64::MAX)).await;
        (refused, asked.elapsed())
    });
    let (begun, mut reads, mut slowest) = (Instant::now(), 0, Duration::ZERO);
    while begun.elapsed() < long() {
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
    let (refused, named) = asking.await.unwrap();
    let Err(StoreError::Unavailable(refused)) = refused else {
        panic!("it did not wait for the one who is stuck: {refused:?}");
    };
    let blocker = format!("it waited for process {session} of the server");
    assert!(refused.message.contains(&blocker), "{refused}");
    assert!(named < NAMED, "named after {named:?}");
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
            "0 lost, 0 twice, 0 reordered, 0 half batches; no read took more than {} ms; who is in the way is named within {} ms",
            slowest.as_millis(),
            named.as_millis()
        ),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_append_is_there_once_they_commit_and_never_if_they_roll_back() {
    let home = Home::postgres().await;
    let held = Duration::from_millis(50);
    let transactions = [
        (Duration::ZERO, true),
        (held, false),
        (Duration::ZERO, false),
        (held, true),
    ];
    // Else the next one is first at the lock again.
    let pause = Duration::from_millis(50);
    let (rolled_back, committed, told) =
        beside_another(&home, transactions, pause, appends()).await;
    for times in [rolled_back, committed] {
        assert!(times > 40, "only {rolled_back} and {committed}");
    }
    proved(
        "Order: transactions of another program that append, every other one held for 50 ms, and every other one rolled back, beside 16 writers and 4 readers, PostgreSQL",
        &format!(
            "{} rolled back, {} committed; {} appends of {} events, and {} refused",
            figure(rolled_back),
            figure(committed),
            figure(told.batches.len() - committed),
            figure(told.events()),
            figure(told.refused)
        ),
        "0 seen that were rolled back, 0 lost, 0 twice, 0 reordered, 0 half batches, 0 positions left out",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_append_hold_for_a_second_and_roll_back_was_never_there() {
    let elsewhere = Home::postgres().await;
    let neighbour = holding(&elsewhere, WRITES).await;
    let home = Home::postgres().await;
    let second = Duration::from_secs(1);
    let transactions = [(second, false)];
    let (times, _, told) = beside_another(&home, transactions, second, appends()).await;
    assert!(times > 2, "only {times} were rolled back");
    neighbour.batch_execute("COMMIT").await.expect(OPEN);
    proved(
        "Order: transactions of another program that append, are held for 1 s and rolled back, and one in another database that stays open, beside 16 writers and 4 readers, PostgreSQL",
        &format!(
            "{} rolled back; {} appends of {} events, and {} refused",
            figure(times),
            figure(told.batches.len()),
            figure(told.events()),
            figure(told.refused)
        ),
        "0 seen, 0 lost, 0 twice, 0 reordered, 0 half batches, 0 positions left out",
    );
}

/// Lets 16 writers write while others read, and while somebody appends in SQL, holds that for so long, in turns, and
/// commits it or not; how often it was rolled back and committed, and what all who wrote were told.
async fn beside_another<const N: usize>(
    home: &Home,
    transactions: [(Duration, bool); N],
    pause: Duration,
    appends: u64,
) -> (usize, usize, Told) {
    let store = home.open().await;
    let other = session(home.place.url().unwrap()).await;
    let (done, is_done) = watch::channel(false);
    let another = tokio::spawn(async move {
        let (mut rolled_back, mut told) = (0, Told::default());
        let batches = (0..u64::MAX).rev();
        for (batch, (lasting, commits)) in batches.zip(transactions.into_iter().cycle()) {
            if *is_done.borrow() {
                break;
            }
            let rows = append_and_hold(&other, batch, lasting).await;
            let end = if commits { "COMMIT" } else { "ROLLBACK" };
            other.batch_execute(end).await.unwrap();
            if commits {
                told.batches.push(rows);
            } else {
                rolled_back += 1;
            }
            sleep(pause).await;
        }
        (rolled_back, told)
    });
    let (mut rolled_back, mut committed) = (0, 0);
    let told = judged_beside("others hold transactions", &store, appends, async || {
        done.send(true).unwrap();
        let (times, told) = another.await.unwrap();
        (rolled_back, committed) = (times, told.batches.len());
        told
    });
    let told = told.await;
    let head = store.head().await.unwrap().map(Position::get);
    assert_eq!(head, Some(told.events() as u64), "a position is left out");
    (rolled_back, committed, told)
}

/// Begins a transaction, appends in SQL and waits for so long; what it is told.
async fn append_and_hold(other: &Client, batch: u64, lasting: Duration) -> Vec<Row> {
    other.batch_execute("BEGIN").await.unwrap();
    let sql = format!(
        "SELECT o_position, (extract(epoch FROM now()) * 1000000)::bigint FROM ({}) AS appended",
        append_in_sql(batch)
    );
    let told = other.query_one(&sql, &[]).await.unwrap();
    sleep(lasting).await;
    let append = append(batch);
    let first = u64::try_from(told.get::<_, i64>(0)).unwrap();
    let appended = Appended {
        first: Revision::new(0),
        positions: (first..)
            .map(Position::new)
            .take(append.events().len())
            .collect(),
        recorded_at: Timestamp::from_microsecond(told.get(1)).unwrap(),
        repeated: false,
    };
    Row::told(&append, &appended)
}
