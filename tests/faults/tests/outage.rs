//! A server that is gone for a while: nothing is lost meanwhile, and everybody goes on soon after.

mod spread;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use factum::{Postgres, Store, StoreError};
use factum_faults::wire::Wire;
use factum_faults::{AnyStore, Audit, Batch, Ledger, figure, proved, seeded, size};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::home::Home;

/// How soon everybody has to go on.
const SOON: Duration = Duration::from_secs(5);

/// How long a client waits before it tries again; it stretches it by up to as much.
const PAUSE: Duration = Duration::from_millis(50);

/// Those that are cut off all at once may ask all at once; from then on they take turns.
const AT_ONCE: Duration = Duration::from_millis(100);

/// How often a server that is away is asked within a second at most: nearly half a second lies between two attempts in
/// the mean, and a third of one at the least.
const STEADY: usize = 4;

/// The same once it is back: three times as often as in the mean.
const BACK: usize = 7;

fn clients() -> u64 {
    size(200, 1_000) as u64
}

fn outage() -> Duration {
    Duration::from_secs(size(5, 60) as u64)
}

/// A batch that is acknowledged.
type Told = (Batch, Instant);

#[tokio::test(flavor = "multi_thread")]
async fn everybody_goes_on_soon_after_an_outage() {
    let what = "Outage: a server that nobody reaches, PostgreSQL";
    let mut random = seeded(what);
    let (clients, outage) = (clients(), outage());
    let home = Home::postgres().await;
    let wire = Wire::to(home.place.url().unwrap(), Duration::ZERO).await;
    let store = Postgres::builder(wire.url()).migrate().open().await;
    let store = AnyStore::Postgres(store.unwrap());
    let (told, mut heard) = channel(1 << 16);
    let stop = Arc::new(AtomicBool::new(false));
    let mut running = JoinSet::new();
    for writer in 0..clients {
        let (store, told, stop, random) = (
            store.clone(),
            told.clone(),
            Arc::clone(&stop),
            random.fork(),
        );
        running.spawn(async move { client(&store, writer, random, &told, &stop).await });
    }
    drop(told);
    let mut ledger = Ledger::default();
    all_since(Instant::now(), clients, &mut heard, &mut ledger).await;

    let down = Instant::now();
    wire.set_down(true);
    sleep(outage).await;
    wire.set_down(false);
    let up = Instant::now();
    let waited = timeout(4 * SOON, all_since(up, clients, &mut heard, &mut ledger)).await;
    let longest = waited.expect("some never go on").duration_since(up);
    assert!(
        longest <= SOON,
        "the last one went on {longest:?} after the server was back"
    );

    sleep_until(up + SOON).await;
    let asked = wire.asked();
    let between = |from: Instant, to: Instant| {
        let asked = asked.iter().copied();
        asked.filter(|at| (from..to).contains(at)).collect()
    };
    let away: Vec<_> = between(down + AT_ONCE, up);
    let back: Vec<_> = between(up, up + SOON);
    let (steady, spike) = (in_a_second(&away), in_a_second(&back));
    // Somebody finds out soon that it is back.
    assert!(
        away.len() as u64 >= outage.as_secs(),
        "only {} attempts while it was away",
        away.len()
    );
    assert!(
        steady <= STEADY,
        "{steady} attempts in a second while it was away"
    );
    assert!(
        spike <= BACK,
        "{spike} attempts in a second when it was back"
    );

    stop.store(true, Ordering::Relaxed);
    while let Some((batch, _)) = heard.recv().await {
        ledger.acknowledge(batch);
    }
    let failed: usize = running.join_all().await.into_iter().sum();
    assert!(failed > 0, "nobody noticed");
    let mut audit = Audit::default();
    audit.read_on(&home.open().await).await.unwrap();
    audit.assert_whole(&ledger);
    proved(
        what,
        &format!(
            "{} s, {clients} clients; {} appends failed meanwhile, {} connections were asked for, {steady} in a second at most, and {spike} once it was back",
            outage.as_secs(),
            figure(failed),
            figure(away.len())
        ),
        &format!(
            "0 lost, 0 twice, 0 half batches of {}; all go on within {} ms",
            figure(ledger.batches().count()),
            longest.as_millis()
        ),
    );
}

/// The most within any second.
fn in_a_second(asked: &[Instant]) -> usize {
    let later = |at: usize| {
        let end = asked[at] + Duration::from_secs(1);
        asked[at..].partition_point(|asked| *asked < end)
    };
    (0..asked.len()).map(later).max().unwrap_or(0)
}

/// Sends one batch after the other, each until it is acknowledged; how often that failed.
async fn client(
    store: &AnyStore,
    writer: u64,
    mut random: fastrand::Rng,
    told: &Sender<Told>,
    stop: &AtomicBool,
) -> usize {
    let (mut batch, mut failed) = (Ledger::default().next(writer), 0);
    while !stop.load(Ordering::Relaxed) {
        match store.append(batch.append()).await {
            Ok(_) => {
                let told = told.send((batch, Instant::now())).await;
                told.expect("the test listens");
                batch = batch.next();
            }
            Err(StoreError::UnknownOutcome(_)) => failed += 1,
            Err(StoreError::Unavailable(error)) if error.is_retryable() => failed += 1,
            Err(other) => panic!("{other:?}"),
        }
        sleep(PAUSE + PAUSE.mul_f64(random.f64())).await;
    }
    failed
}

/// Waits until each client had a batch acknowledged after that moment, and says when the last one had.
async fn all_since(
    moment: Instant,
    clients: u64,
    heard: &mut Receiver<Told>,
    ledger: &mut Ledger,
) -> Instant {
    let mut left: BTreeSet<_> = (0..clients).collect();
    let mut last = moment;
    while !left.is_empty() {
        let (batch, at) = heard.recv().await.expect("the clients go on");
        ledger.acknowledge(batch);
        if at > moment && left.remove(&batch.writer) {
            last = at;
        }
    }
    last
}
