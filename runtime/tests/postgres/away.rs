//! A server that is gone for a while: how often it is asked, what callers hear, and how soon it serves again.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use factum::{Expected, Postgres, Store, StoreError, UnavailableCause};
use factum_server::Cluster;
use tempfile::TempDir;
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinSet;

use crate::batches::{batch, cause};
use crate::fixture::{fresh, session};
use crate::lost::KILL;
use crate::wire::{SOCKET, Wire};

const CONNECTIONS: usize = 8;
const CALLERS: u128 = 200;
const TIMEOUT: Duration = Duration::from_secs(2);

/// Counts who comes, and passes on what they say.
struct Proxy {
    folder: TempDir,
    came: Arc<Mutex<Vec<Instant>>>,
}

impl Proxy {
    fn before(server: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let came = Arc::new(Mutex::new(Vec::new()));
        let listener = UnixListener::bind(folder.path().join(SOCKET)).unwrap();
        let (server, seen) = (server.join(SOCKET), Arc::clone(&came));
        tokio::spawn(async move {
            loop {
                let (mut client, _) = listener.accept().await.unwrap();
                seen.lock().unwrap().push(Instant::now());
                let server = server.clone();
                tokio::spawn(async move {
                    // Without a server the client is hung up on.
                    if let Ok(mut server) = UnixStream::connect(server).await {
                        let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                    }
                });
            }
        });
        Self { folder, came }
    }

    fn url(&self) -> String {
        let folder = self.folder.path().display();
        format!("postgres:///postgres?host={folder}&user=postgres")
    }

    /// When somebody came between these two.
    fn came(&self, from: Instant, to: Instant) -> Vec<Instant> {
        let came = self.came.lock().unwrap();
        let is_between = |at: &&Instant| (from..to).contains(*at);
        came.iter().filter(is_between).copied().collect()
    }
}

/// The most within any second.
fn most(came: &[Instant]) -> usize {
    let within = |first: &Instant| {
        let end = *first + Duration::from_secs(1);
        came.iter().filter(|at| (*first..end).contains(*at)).count()
    };
    came.iter().map(within).max().unwrap_or(0)
}

/// Asks for something again and again, and is answered in time, whatever the answer.
async fn call(store: Postgres, caller: u128, served: Arc<Mutex<Vec<Instant>>>) {
    for id in 0.. {
        let started = Instant::now();
        let outcome = if caller.is_multiple_of(2) {
            let append = batch(
                &format!("account-{caller}"),
                Expected::Any,
                [caller << 64 | id],
            );
            store.append(append).await.map(drop)
        } else {
            store.head().await.map(drop)
        };
        let took = started.elapsed();
        assert!(
            took < TIMEOUT + Duration::from_secs(1),
            "{took:?}: {outcome:?}"
        );
        match outcome {
            Ok(()) => served.lock().unwrap().push(Instant::now()),
            Err(StoreError::UnknownOutcome(_)) => {}
            Err(StoreError::Unavailable(error)) => {
                assert_eq!(error.cause, UnavailableCause::Io, "{error}");
            }
            Err(error) => panic!("{error:?}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_is_away_is_asked_seldom_and_serves_soon_when_it_is_back() {
    let cluster = Cluster::start(&[]).unwrap();
    let proxy = Proxy::before(cluster.folder());
    let store = Postgres::builder(&proxy.url())
        .connections(CONNECTIONS)
        .timeout(TIMEOUT)
        .migrate()
        .open()
        .await
        .unwrap();
    let served = Arc::new(Mutex::new(Vec::new()));
    let mut callers = JoinSet::new();
    for caller in 0..CALLERS {
        callers.spawn(call(store.clone(), caller, Arc::clone(&served)));
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    cluster.stop().unwrap();
    let away = Instant::now();
    tokio::time::sleep(Duration::from_secs(6)).await;
    let back = Instant::now();
    cluster.restart().unwrap();
    let up = Instant::now();
    tokio::time::sleep(Duration::from_secs(7)).await;
    let end = Instant::now();
    while let Some(ended) = callers.try_join_next() {
        ended.unwrap();
    }
    callers.abort_all();

    let first = *served
        .lock()
        .unwrap()
        .iter()
        .find(|at| **at > back)
        .unwrap();
    let recovered = first.saturating_duration_since(up);
    // Those that were lost all at once may have asked all at once.
    let moment = away + Duration::from_millis(100);
    let (asked, after) = (proxy.came(moment, back), proxy.came(back, end));
    println!(
        "away: {} attempts, at most {} a second; back after {recovered:?}: {}, at most {} a second",
        asked.len(),
        most(&asked),
        after.len(),
        most(&after),
    );
    assert!(recovered < Duration::from_secs(5), "{recovered:?}");
    // Nearly half a second lies between two attempts on average: three times as often is seven in a second.
    assert!((9..=20).contains(&asked.len()), "{}", asked.len());
    assert!(most(&asked) <= 4, "too often while it was away");
    assert!(most(&after) <= 7, "too often when it was back");
}

#[tokio::test]
async fn a_server_that_is_away_longer_than_anyone_waits_is_said_to_be_away() {
    let (url, _migrated) = fresh().await;
    let wire = Wire::to(&url, usize::MAX);
    let builder = Postgres::builder(&wire.url).timeout(Duration::from_millis(100));
    let store = builder.open().await.unwrap();
    std::fs::remove_file(wire.socket()).unwrap();
    session(&url).await.query(KILL, &[]).await.unwrap();
    for _ in 0..20 {
        assert_eq!(cause(store.head().await), UnavailableCause::Io);
    }
}
