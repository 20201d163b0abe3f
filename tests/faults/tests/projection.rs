//! The guide's read model, whose process is killed again and again while others write.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use factum::sqlite::rusqlite::Connection;
use factum::{Sqlite, Store};
use factum_faults::{Audit, Child, Ledger, proved, seeded, size};
use tempfile::TempDir;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

const PROGRAM: &str = env!("CARGO_BIN_EXE_factum-faults");
const WRITERS: [u64; 4] = [0, 1, 2, 3];
const TABLE: &str = "balances_1";

/// A store that 4 writers of another process write to, and the file of a read model.
struct Bank {
    _directory: TempDir,
    store: PathBuf,
    rows: PathBuf,
    /// Ends the writers' process by `kill -9`.
    kill: Arc<Notify>,
    /// All that it said.
    writing: JoinHandle<Vec<String>>,
}

/// What came out in the end.
struct Totals {
    events: u64,
    accounts: usize,
    /// What the rows have too much, or too little.
    wrong: Vec<String>,
}

impl Bank {
    async fn open(rows: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let [store, rows] = ["store.db", rows].map(|file| directory.path().join(file));
        let first = WRITERS.map(|writer| Ledger::default().next(writer).to_string());
        // A file has one writer at a time, and the read model has to get its turn.
        let role = ["write", &*store.to_string_lossy(), "2"].map(str::to_owned);
        let mut child = Child::start(PROGRAM, [&role[..], &first[..]].concat());
        assert_eq!(child.line().await.as_deref(), Some("opened"));
        let kill = Arc::new(Notify::new());
        let killed = Arc::clone(&kill);
        let writing = tokio::spawn(async move {
            let mut said = Vec::new();
            loop {
                tokio::select! {
                    line = child.line() => said.push(line.expect("the writers ended by themselves")),
                    () = killed.notified() => break,
                }
            }
            child.kill();
            said.extend(child.end().await.0);
            said
        });
        Self {
            _directory: directory,
            store,
            rows,
            kill,
            writing,
        }
    }

    /// Another process that follows the store.
    async fn follow(&self) -> Child {
        let [store, rows] = [&self.store, &self.rows].map(|path| path.display().to_string());
        let mut child = Child::start(PROGRAM, ["project", &store, &rows, TABLE]);
        assert_eq!(child.line().await.as_deref(), Some("following"));
        child
    }

    /// The read model's checkpoint, once it is behind this position.
    async fn past(&self, position: i64) -> i64 {
        let rows = Connection::open(&self.rows).unwrap();
        let query = "SELECT coalesce(max(position), 0) FROM checkpoints";
        for _ in 0..30_000 {
            // An error: what the last kill left is being rolled back.
            match rows.query_row(query, [], |row| row.get(0)) {
                Ok(checkpoint) if checkpoint > position => return checkpoint,
                _ => tokio::time::sleep(Duration::from_millis(1)).await,
            }
        }
        panic!("the read model does not get past position {position}")
    }

    /// Kills the writers, settles what they were not answered, has all of it taken in, and compares.
    async fn close(mut self) -> Totals {
        self.kill.notify_one();
        let (mut ledger, mut audit) = (Ledger::default(), Audit::default());
        for batch in (&mut self.writing)
            .await
            .unwrap()
            .iter()
            .filter_map(|line| line.parse().ok())
        {
            ledger.acknowledge(batch);
        }
        let store = Sqlite::open(&self.store).await.unwrap();
        for writer in WRITERS {
            let batch = ledger.next(writer);
            store.append(batch.append()).await.unwrap();
            ledger.acknowledge(batch);
        }
        audit.read_on(&store).await.unwrap();
        assert_eq!(audit.lost(&ledger).count(), 0);
        let child = self.follow().await;
        let head = store.head().await.unwrap().unwrap().get();
        self.past(i64::try_from(head).unwrap() - 1).await;
        drop(child);
        Totals {
            events: audit.events(),
            accounts: WRITERS.len() + 1,
            wrong: differences(&ledger, &self.rows),
        }
    }
}

/// What rows say that is not the sum of what was acknowledged.
fn differences(ledger: &Ledger, rows: &Path) -> Vec<String> {
    let mut expected = BTreeMap::<String, i64>::new();
    for batch in ledger.batches() {
        let cents: i64 = (0..batch.events()).map(|index| batch.cents(index)).sum();
        *expected.entry(batch.account()).or_default() += cents;
    }
    let rows = Connection::open(rows).unwrap();
    let mut query = rows
        .prepare(&format!("SELECT account, cents FROM {TABLE}"))
        .unwrap();
    let found: BTreeMap<String, i64> = query
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let accounts: BTreeSet<_> = expected.keys().chain(found.keys()).collect();
    let of =
        |balances: &BTreeMap<String, i64>, account| balances.get(account).copied().unwrap_or(0);
    accounts
        .into_iter()
        .filter_map(
            |account| match of(&found, account) - of(&expected, account) {
                0 => None,
                more @ 1.. => Some(format!(
                    "account {account} has {more} too much: events were taken in twice"
                )),
                less => Some(format!(
                    "account {account} has {} too little: events were skipped",
                    -less
                )),
            },
        )
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_model_in_the_store_s_file_takes_in_each_event_once() {
    killed("in the store's own file", "store.db").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_model_in_a_file_of_its_own_takes_in_each_event_once() {
    killed("in a file of its own", "rows.db").await;
}

async fn killed(place: &str, rows: &str) {
    let mut random = seeded(&format!("a read model {place}"));
    let bank = Bank::open(rows).await;
    let kills = size(50, 500);
    let mut checkpoint = 0;
    for _ in 0..kills {
        let mut child = bank.follow().await;
        // Each gets somewhere, and is killed anywhere behind that.
        checkpoint = bank.past(checkpoint).await;
        std::thread::sleep(Duration::from_micros(random.u64(..5_000)));
        child.kill();
        let (said, _) = child.end().await;
        assert_eq!(said, Vec::<String>::new());
    }
    let Totals {
        events,
        accounts,
        wrong,
    } = bank.close().await;
    assert!(wrong.is_empty(), "{}", wrong.join("; "));
    proved(
        &format!("the guide's read model {place}, killed beside 4 writers"),
        &format!("{kills} kills, {events} events"),
        &format!("{accounts} balances, {} of them wrong", wrong.len()),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_processes_that_feed_a_read_model_one_is_refused() {
    let bank = Bank::open("store.db").await;
    let rounds = size(20, 200);
    let mut children = [bank.follow().await, bank.follow().await];
    for _ in 0..rounds {
        let [one, two] = &mut children;
        let refusal = async {
            tokio::select! {
                said = one.line() => (0, said),
                said = two.line() => (1, said),
            }
        };
        let (refused, said) = tokio::time::timeout(Duration::from_secs(20), refusal)
            .await
            .expect("two processes feed one read model, and neither is refused");
        assert_eq!(
            said.as_deref(),
            Some("another process feeds this read model")
        );
        children[refused] = bank.follow().await;
    }
    drop(children);
    let Totals {
        events,
        accounts,
        wrong,
    } = bank.close().await;
    assert!(wrong.is_empty(), "{}", wrong.join("; "));
    proved(
        "two processes that feed the guide's read model",
        &format!("{rounds} refusals, {events} events"),
        &format!("{accounts} balances, {} of them wrong", wrong.len()),
    );
}
