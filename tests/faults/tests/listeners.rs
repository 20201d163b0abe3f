//! Word from other processes is a hint: those who hear it lose nothing when what they listen by is killed.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use factum::postgres::tokio_postgres::Client;
use factum::{Position, Postgres};
use factum_faults::tasks::readers::{Reader, follow, subscribe};
use factum_faults::tasks::writers::{NAMES, Writers};
use factum_faults::{Row, Seen, Told, View, figure, proved, seeded, size};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use crate::home::{Home, session};

/// How often those who wait look for themselves: far more seldom than they hear.
const POLL: Duration = Duration::from_secs(1);

/// How late an event is seen at most: whoever looks takes some time for it.
const LATE: Duration = Duration::from_millis(1_500);

/// Readers come to the end between two rounds, and wait for word.
const PAUSE: Duration = Duration::from_millis(20);

/// By whom the readers are told apart: one that is shown everything, and a subscription that is shown one name.
const READERS: [&str; 2] = ["whole", "named"];

/// How many write at the same time.
const WRITERS: u64 = 4;

async fn open(home: &Home, name: &str) -> Postgres {
    let url = format!("{}&application_name={name}", home.place.url().unwrap());
    let builder = Postgres::builder(&url).migrate().notify(true);
    builder.poll_interval(POLL).open().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn listeners_that_are_killed_lose_nothing_and_delay_nothing_beyond_the_poll() {
    let what = "Killed: what a reader of everything and a filtered subscription listen by, in turns, beside 4 writers, PostgreSQL";
    let mut random = seeded(what);
    let home = Home::postgres().await;
    let writer = open(&home, "writer").await;
    let [whole, named] = [open(&home, READERS[0]).await, open(&home, READERS[1]).await];
    let (done, until) = watch::channel(None);
    let reader = |name: Option<&str>| Reader {
        begins_at: 0,
        view: View {
            name: name.map(str::to_owned),
            ..View::all(100)
        },
    };
    let whole = tokio::spawn(follow(reader(None), whole, until.clone()));
    let named = tokio::spawn(subscribe(reader(Some(NAMES[0])), named, until));
    let is_over = Arc::new(AtomicBool::new(false));
    let writing = write(writer, random.u64(..), Arc::clone(&is_over));
    let writing = tokio::spawn(writing);

    let (watch, mut killed) = (session(home.place.url().unwrap()).await, BTreeSet::new());
    for name in READERS.iter().cycle().take(size(20, 200)) {
        let killing = kill(&watch, name, &mut killed);
        let in_time = timeout(Duration::from_secs(20), killing).await;
        in_time.unwrap_or_else(|_| panic!("nobody listens for `{name}` any more"));
    }
    is_over.store(true, Ordering::Relaxed);
    let (told, rounds) = writing.await.unwrap();
    done.send(told.head()).unwrap();
    let seen = [whole.await.unwrap(), named.await.unwrap()];

    let verdict = told.judge(&seen).clean();
    let late = seen.iter().map(|seen| latest(seen, &rounds)).max().unwrap();
    assert!(late < LATE, "an event was seen {late:?} after it was there");
    let read: usize = seen.iter().map(|seen| seen.events.len()).sum();
    proved(
        what,
        &format!(
            "{} kills; {} appends of {} events, {} events read",
            figure(killed.len()),
            figure(told.batches.len()),
            figure(told.events()),
            figure(read)
        ),
        &format!(
            "{verdict}; seen within {} ms, and looked for each {} ms",
            late.as_millis(),
            POLL.as_millis()
        ),
    );
}

/// Kills what this one listens by, once it is another session than those that were killed before.
async fn kill(watch: &Client, name: &str, killed: &mut BTreeSet<(i32, String)>) {
    let listens = "SELECT pid, backend_start::text FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = $1 || ' listening' AND query <> '' AND state = 'idle'";
    loop {
        for row in watch.query(listens, &[&name]).await.unwrap() {
            let (session, begun) = (row.get(0), row.get(1));
            if killed.insert((session, begun)) {
                let kill = "SELECT pg_terminate_backend($1)";
                let row = watch.query_one(kill, &[&session]).await.unwrap();
                return assert!(row.get::<_, bool>(0), "it has gone by itself");
            }
        }
        sleep(Duration::from_millis(5)).await;
    }
}

/// Writes in rounds until it is told that it is over; what was told, and after each round its last position and when
/// it was there.
async fn write(
    store: Postgres,
    seed: u64,
    is_over: Arc<AtomicBool>,
) -> (Told, Vec<(Option<Position>, Instant)>) {
    let (mut told, mut rounds) = (Told::default(), Vec::new());
    for round in 0.. {
        if is_over.load(Ordering::Relaxed) {
            break;
        }
        let writers = Writers {
            first: WRITERS * round,
            count: WRITERS,
            appends: 2,
            seed: seed ^ round,
        };
        let new = writers.run(&store).await;
        rounds.push((new.head(), Instant::now()));
        told.extend(new);
        sleep(PAUSE).await;
    }
    (told, rounds)
}

/// How long after its round an event was seen at most.
fn latest(seen: &Seen, rounds: &[(Option<Position>, Instant)]) -> Duration {
    let late = |(event, at): (&Row, &Instant)| {
        let position = Some(Position::new(event.position));
        let round = rounds.partition_point(|(last, _)| *last < position);
        at.saturating_duration_since(rounds[round].1)
    };
    assert_eq!(seen.events.len(), seen.at.len());
    seen.events.iter().zip(&seen.at).map(late).max().unwrap()
}
