//! `kill -9` of the server's first process, again and again under those who write.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use factum::{Store, StoreError};
use factum_faults::{Audit, Batch, Ledger, figure, integrity, proved, seeded, size};
use tokio::sync::mpsc::{Sender, channel};
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{sleep, timeout};

use crate::home::Home;

/// Far longer than a server takes to recover.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a writer heard.
enum Heard {
    Stored { batch: Batch, repeated: bool },
    Unknown,
    Unavailable,
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_server_has_acknowledged_is_there_when_it_is_back() {
    const WRITERS: u64 = 4;
    let what =
        "Killed: `kill -9` of the server under 4 writers, PostgreSQL with its default durability";
    let mut random = seeded(what);
    let home = Home::durable_postgres().await;
    let cluster = Arc::new(home.cluster.expect("a server of its own"));
    let store = home.place.open().await;
    let (told, mut heard) = channel(1 << 16);
    let stop = Arc::new(AtomicBool::new(false));
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let (store, told, stop) = (store.clone(), told.clone(), Arc::clone(&stop));
        writers.spawn(async move { write(&store, writer, &told, &stop).await });
    }
    let (mut ledger, mut audit) = (Ledger::default(), Audit::default());
    let (mut unknown, mut unavailable, mut repeated) = (0, 0, 0);
    // Whether it is an acknowledgement.
    let mut note = |heard, ledger: &mut Ledger| match heard {
        Heard::Stored {
            batch,
            repeated: again,
        } => {
            ledger.acknowledge(batch);
            repeated += usize::from(again);
            true
        }
        Heard::Unknown => {
            unknown += 1;
            false
        }
        Heard::Unavailable => {
            unavailable += 1;
            false
        }
    };
    let mut longest = Duration::ZERO;
    let kills = size(10, 100);
    for _ in 0..kills {
        let mut acknowledged = 0;
        let enough = random.usize(20..200);
        while acknowledged < enough {
            let heard = timeout(PATIENCE, heard.recv()).await.unwrap().unwrap();
            acknowledged += usize::from(note(heard, &mut ledger));
        }
        sleep(Duration::from_micros(random.u64(..5_000))).await;
        let killed = Arc::clone(&cluster);
        spawn_blocking(move || killed.kill().and_then(|()| killed.restart()))
            .await
            .unwrap()
            .unwrap();
        let back = Instant::now();
        reachable(&store).await;
        audit.read_on(&store).await.unwrap();
        longest = longest.max(back.elapsed());
        audit.assert_whole(&ledger);
    }
    stop.store(true, Ordering::Relaxed);
    drop(told);
    while let Some(one) = heard.recv().await {
        note(one, &mut ledger);
    }
    writers.join_all().await;
    let mut whole = Audit::default();
    whole.read_on(&store).await.unwrap();
    whole.assert_whole(&ledger);
    integrity(&home.place).await.unwrap();
    // Whether a kill meets a statement before its answer is chance; what comes of that is tried with lost answers.
    assert!(unavailable > 0, "nobody noticed");
    let batches = ledger.batches().count();
    let [kills, batches, unknown, unavailable, repeated] =
        [kills, batches, unknown, unavailable, repeated].map(figure);
    let events = figure(whole.events());
    proved(
        what,
        &format!(
            "{kills} kills; {batches} appends of {events} events, of which {unknown} ended unknown and {unavailable} found no server before they were sent again"
        ),
        &format!(
            "0 lost, 0 twice, 0 half batches, 0 damaged tables; {repeated} were stored and not answered; reads go on \
             {} ms after the server is back at the latest",
            longest.as_millis()
        ),
    );
}

/// Sends one batch after the other, each until it is acknowledged.
async fn write(store: &impl Store, writer: u64, told: &Sender<Heard>, stop: &AtomicBool) {
    let mut batch = Ledger::default().next(writer);
    while !stop.load(Ordering::Relaxed) {
        loop {
            let heard = match store.append(batch.append()).await {
                Ok(appended) => Heard::Stored {
                    batch,
                    repeated: appended.repeated,
                },
                Err(StoreError::UnknownOutcome(_)) => Heard::Unknown,
                Err(StoreError::Unavailable(error)) if error.is_retryable() => Heard::Unavailable,
                Err(other) => panic!("{other:?}"),
            };
            let is_stored = matches!(heard, Heard::Stored { .. });
            told.send(heard).await.expect("the test listens");
            if is_stored {
                break;
            }
            sleep(Duration::from_millis(20)).await;
        }
        batch = batch.next();
    }
}

/// Waits until the store answers again.
async fn reachable(store: &impl Store) {
    let answers = async {
        while store.head().await.is_err() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, answers)
        .await
        .expect("the server is back, and the store is not");
}
