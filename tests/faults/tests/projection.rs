//! The guide's read model, whose process is killed again and again while others write.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use factum::Store;
use factum::sqlite::rusqlite::Connection;
use factum::store::Appended;
use factum_faults::process::Child;
use factum_faults::tasks::{Said, write};
use factum_faults::{Audit, Batch, Ledger, figure, proved, seeded, size};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::PROGRAM;
use crate::home::{Home, on_shared_stores};

on_shared_stores!(a_read_model_in_a_file_of_its_own_takes_in_each_event_once);
on_shared_stores!(of_two_processes_that_feed_a_read_model_one_is_refused);

const WRITERS: [u64; 4] = [0, 1, 2, 3];
/// Who wrote before the read model began: so much that it is behind at first, and reads whole pages.
const EARLIER: [u64; 4] = [4, 5, 6, 7];
const BACKLOG: u64 = 200;
const TABLE: &str = "balances_1";

/// Far longer than the read model takes for anything.
const PATIENCE: Duration = Duration::from_secs(120);

/// A store that 4 writers of another process write to, and the file of a read model.
struct Bank {
    home: Home,
    rows: PathBuf,
    /// Ends the writers' process by `kill -9`.
    kill: Arc<Notify>,
    /// All that was acknowledged.
    writing: JoinHandle<Ledger>,
}

impl Bank {
    async fn open(home: Home, rows: &str) -> Self {
        let rows = home.folder.path().join(rows);
        let earlier = backlog(&home).await;
        let first = WRITERS
            .map(|writer| Ledger::default().next(writer))
            .to_vec();
        // A file has one writer at a time, and the read model has to get its turn.
        let order = (&home.place, Duration::from_millis(2), first);
        let mut child = Child::play(PROGRAM, "write", &order);
        while child.hear::<Said>().await != Said::Opened {}
        let kill = Arc::new(Notify::new());
        let killed = Arc::clone(&kill);
        let writing = tokio::spawn(async move {
            let (mut ledger, mut said) = (earlier, Vec::new());
            loop {
                tokio::select! {
                    one = child.hear() => said.push(one),
                    () = killed.notified() => break,
                }
            }
            child.kill();
            said.extend(child.end::<Said>().await.0);
            for said in said {
                if let Said::Stored { batch, .. } = said {
                    ledger.acknowledge(batch);
                }
            }
            ledger
        });
        Self {
            home,
            rows,
            kill,
            writing,
        }
    }

    /// Another process that follows the store.
    async fn follow(&self) -> Child {
        let mut child = Child::play(PROGRAM, "project", &(&self.home.place, &self.rows, TABLE));
        assert_eq!(child.hear::<String>().await, "following");
        child
    }

    /// The read model's checkpoint, once it is behind this position.
    async fn past(&self, position: i64) -> i64 {
        let rows = Connection::open(&self.rows).unwrap();
        let query = "SELECT coalesce(max(position), 0) FROM checkpoints";
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            // An error: what the last kill left is being rolled back.
            match rows.query_row(query, [], |row| row.get(0)) {
                Ok(checkpoint) if checkpoint > position => return checkpoint,
                _ => sleep(Duration::from_millis(1)).await,
            }
        }
        panic!("the read model does not get past position {position}")
    }

    /// Kills the writers, settles what they were not answered, has all of it taken in, and compares.
    async fn close(mut self) -> Totals {
        self.kill.notify_one();
        let mut ledger = (&mut self.writing).await.unwrap();
        let store = self.home.open().await;
        for writer in WRITERS {
            let batch = ledger.next(writer);
            store.append(batch.append()).await.unwrap();
            ledger.acknowledge(batch);
        }
        let mut audit = Audit::default();
        audit.read_on(&store).await.unwrap();
        audit.assert_whole(&ledger);
        let child = self.follow().await;
        let head = store.head().await.unwrap().unwrap().get();
        self.past(i64::try_from(head).unwrap() - 1).await;
        drop(child);
        Totals {
            events: audit.events(),
            expected: sums(&ledger),
            found: rows(&self.rows),
        }
    }
}

/// Has batches stored before anything else happens.
async fn backlog(home: &Home) -> Ledger {
    let store = home.open().await;
    let first = EARLIER.map(|writer| Ledger::default().next(writer));
    let more = |batch: Batch, _: &Appended| batch.number + 1 < BACKLOG;
    write(&store, first, Duration::ZERO, more).await;
    store.close().await;
    let mut ledger = Ledger::default();
    for batch in first
        .map(|first| (0..BACKLOG).map(move |number| Batch { number, ..first }))
        .into_iter()
        .flatten()
    {
        ledger.acknowledge(batch);
    }
    ledger
}

/// What each account has, by what was acknowledged.
fn sums(ledger: &Ledger) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for batch in ledger.batches() {
        let cents: i64 = (0..batch.events()).map(|index| batch.cents(index)).sum();
        *sums.entry(batch.account()).or_default() += cents;
    }
    sums
}

/// What each account has, by the read model.
fn rows(path: &Path) -> BTreeMap<String, i64> {
    let file = Connection::open(path).unwrap();
    let mut query = file
        .prepare(&format!("SELECT account, cents FROM {TABLE}"))
        .unwrap();
    let rows = query
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// What came out in the end.
struct Totals {
    events: u64,
    expected: BTreeMap<String, i64>,
    found: BTreeMap<String, i64>,
}

impl Totals {
    fn proved(&self, what: &str, tried: &str) {
        let Self {
            events,
            expected,
            found,
        } = self;
        let wrong: Vec<_> = expected
            .iter()
            .filter_map(|(account, cents)| {
                let found = found.get(account).copied().unwrap_or_default();
                wrong(account, found - cents)
            })
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("; "));
        assert_eq!(
            found.len(),
            expected.len(),
            "nobody wrote to some of {found:?}"
        );
        let result = format!("{} balances, {} of them wrong", found.len(), wrong.len());
        proved(
            what,
            &format!("{tried}; {} events", figure(*events)),
            &result,
        );
    }
}

fn wrong(account: &str, more: i64) -> Option<String> {
    match more {
        0 => None,
        1.. => Some(format!(
            "account {account} has {more} too much: events were taken in twice"
        )),
        _ => Some(format!(
            "account {account} has {} too little: events were skipped",
            -more
        )),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_model_in_the_store_s_file_takes_in_each_event_once() {
    killed(Home::sqlite().await, "in the store's own file", "store.db").await;
}

async fn a_read_model_in_a_file_of_its_own_takes_in_each_event_once(home: Home) {
    killed(home, "in a file of its own", "rows.db").await;
}

async fn killed(home: Home, place: &str, rows: &str) {
    let what = format!(
        "Read model: the guide's, {place}, killed beside 4 writers, {}",
        home.place
    );
    let mut random = seeded(&what);
    let bank = Bank::open(home, rows).await;
    let kills = size(50, 500);
    let (mut checkpoint, mut advanced) = (0, 0);
    for _ in 0..kills {
        let mut child = bank.follow().await;
        // Anywhere: half of them get somewhere first, and others may stop in their first page.
        if random.bool() {
            checkpoint = bank.past(checkpoint).await;
            advanced += 1;
        }
        std::thread::sleep(Duration::from_micros(random.u64(..4_000)));
        child.kill();
        let (said, ended) = child.end::<String>().await;
        assert!(said.is_empty() && !ended, "it ended by itself: {said:?}");
    }
    let totals = bank.close().await;
    totals.proved(
        &what,
        &format!("{kills} kills, {advanced} of them after it got on"),
    );
}

async fn of_two_processes_that_feed_a_read_model_one_is_refused(home: Home) {
    let what = format!(
        "Read model: the guide's, fed by 2 processes at once, {}",
        home.place
    );
    let bank = Bank::open(home, "store.db").await;
    let rounds = size(20, 200);
    let mut children = [bank.follow().await, bank.follow().await];
    for _ in 0..rounds {
        let [one, two] = &mut children;
        let refusal = async {
            tokio::select! {
                said = one.hear::<String>() => (0, said),
                said = two.hear::<String>() => (1, said),
            }
        };
        let (refused, said) = timeout(PATIENCE, refusal)
            .await
            .expect("two processes feed one read model, and neither is refused");
        assert_eq!(said, "another process feeds this read model");
        children[refused] = bank.follow().await;
    }
    drop(children);
    let totals = bank.close().await;
    totals.proved(&what, &format!("{rounds} times one of the two is refused"));
}
