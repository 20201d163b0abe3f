//! Writers at a disk that fails at each of its first calls, and then at random ones, and that comes back.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use factum::{Sqlite, Store, StoreError, UnavailableCause};
use factum_faults::{Audit, Batch, Ledger};
use tokio::task::JoinSet;

use crate::ends::Ends;

const WRITERS: u64 = 4;

/// What each writer stores while one fault is on its way.
const BATCHES: u64 = 6;

/// More attempts than any fault may cost once the disk is back.
const ATTEMPTS: usize = 10;

/// The disk, through the file that its faults are asked for with.
struct Disk {
    fault: PathBuf,
    waiting: PathBuf,
    call: String,
}

impl Disk {
    fn new(directory: &Path, call: &str) -> Self {
        let (fault, waiting) = (directory.join("fault"), directory.join("waiting"));
        let call = call.to_owned();
        Self {
            fault,
            waiting,
            call,
        }
    }

    /// Lets so many calls through; then so many fail.
    fn fail_after(&self, through: u64, times: u64) {
        File::create(&self.waiting).unwrap();
        fs::write(&self.fault, format!("{} {through} {times}", self.call)).unwrap();
    }

    /// The disk is back.
    fn mend(&self) {
        fs::write(&self.fault, "off").unwrap();
    }

    fn has_failed(&self) -> bool {
        !self.waiting.exists()
    }
}

/// For n from 0 on, a new file at a disk whose nth call fails, once and from then on, until n is past the last call.
pub(crate) async fn at_each_call(directory: &Path, call: &str) {
    let disk = Arc::new(Disk::new(directory, call));
    let mut ends = Ends::default();
    for times in [1, u64::MAX] {
        for through in 0.. {
            let place = directory.join("store");
            fs::create_dir(&place).unwrap();
            disk.fail_after(through, times);
            let ledger = at_a_new_file(&place.join("store.db"), &disk, &mut ends).await;
            let failed = disk.has_failed();
            disk.mend();
            reopen(&place.join("store.db"), &ledger).await;
            fs::remove_dir_all(place).unwrap();
            if !failed {
                break;
            }
            ends.faults += 1;
        }
    }
    ends.say();
}

async fn at_a_new_file(path: &Path, disk: &Arc<Disk>, ends: &mut Ends) -> Ledger {
    let store = match Sqlite::open(path).await {
        Ok(store) => store,
        Err(error) => {
            ends.count(&error);
            disk.mend();
            Sqlite::open(path).await.unwrap()
        }
    };
    let mut ledger = Ledger::default();
    write(&store, disk, &mut ledger, ends, |_| {}).await;
    if let Err(error) = store.close().await {
        ends.count(&error);
    }
    ledger
}

/// A file whose log cannot be written back when it is closed: says so, or what became of it.
pub(crate) async fn while_closing(directory: &Path, call: &str) {
    let disk = Disk::new(directory, call);
    let path = directory.join("store.db");
    let store = Sqlite::open(&path).await.unwrap();
    let batch = Ledger::default().next(0);
    store.append(batch.append()).await.unwrap();
    disk.fail_after(0, u64::MAX);
    match store.close().await {
        Ok(()) => println!(
            "closed, with a log: {}",
            path.with_extension("db-wal").exists()
        ),
        Err(error) => println!("{error}"),
    }
}

/// One file, and as many faults, each after a random number of calls.
pub(crate) async fn at_random_calls(directory: &Path, call: &str, faults: u64, seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let disk = Arc::new(Disk::new(directory, call));
    let acknowledged = Arc::new(File::create(directory.join("acknowledged")).unwrap());
    let path = directory.join("store.db");
    let (mut ends, mut ledger) = (Ends::default(), Ledger::default());
    let store = Sqlite::open(&path).await.unwrap();
    // Less than what is done until the next one: a group of appends is some writes, and one sync.
    let through = if call.starts_with("sync") { 10 } else { 100 };
    while ends.faults < faults {
        disk.fail_after(
            random.u64(..through),
            random.choice([1, 3, u64::MAX]).unwrap(),
        );
        let file = Arc::clone(&acknowledged);
        let told = move |batch| {
            let line = format!("{batch}\n");
            (&*file).write_all(line.as_bytes()).unwrap();
        };
        write(&store, &disk, &mut ledger, &mut ends, told).await;
        ends.faults += u64::from(disk.has_failed());
    }
    disk.mend();
    store.close().await.unwrap();
    reopen(&path, &ledger).await;
    ends.say();
}

/// Has each writer store its next batches, each again until it is stored.
async fn write(
    store: &Sqlite,
    disk: &Arc<Disk>,
    ledger: &mut Ledger,
    ends: &mut Ends,
    told: impl Fn(Batch) + Clone + Send + 'static,
) {
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let (store, disk, told) = (store.clone(), Arc::clone(disk), told.clone());
        let mut batch = ledger.next(writer);
        writers.spawn(async move {
            let (mut ends, mut stored) = (Ends::default(), Vec::new());
            for _ in 0..BATCHES {
                insist(&store, &disk, batch, &mut ends).await;
                told(batch);
                stored.push(batch);
                batch = batch.next();
            }
            (ends, stored)
        });
    }
    for (more, stored) in writers.join_all().await {
        ends.add(more);
        for batch in stored {
            ledger.acknowledge(batch);
        }
    }
}

/// Appends until it is acknowledged, with the same ids.
async fn insist(store: &Sqlite, disk: &Disk, batch: Batch, ends: &mut Ends) {
    let mut unknown = false;
    for _ in 0..ATTEMPTS {
        match store.append(batch.append()).await {
            Ok(appended) => {
                ends.stored += 1;
                assert!(
                    unknown || !appended.repeated,
                    "batch {batch} was stored, and its answer was that nothing was"
                );
                return;
            }
            Err(error) => {
                unknown |= matches!(error, StoreError::UnknownOutcome(_));
                ends.count(&error);
                disk.mend();
            }
        }
    }
    panic!("batch {batch} is not stored although the disk is back");
}

impl Ends {
    /// Counts an answer; any that does not fit to a failing disk is a bug.
    fn count(&mut self, error: &StoreError) {
        match error {
            StoreError::UnknownOutcome(_) => self.unknown += 1,
            StoreError::Unavailable(error) if error.cause == UnavailableCause::Full => {
                self.full += 1;
            }
            StoreError::Unavailable(error) if error.cause == UnavailableCause::Io => self.io += 1,
            other => panic!("a failing disk is answered with: {other:?}"),
        }
    }

    fn add(&mut self, more: Self) {
        self.stored += more.stored;
        self.full += more.full;
        self.io += more.io;
        self.unknown += more.unknown;
    }
}

/// Opens the file at a disk that does not fail: what was acknowledged is there, once.
async fn reopen(path: &Path, ledger: &Ledger) {
    let store = Sqlite::open(path).await.unwrap();
    let mut audit = Audit::default();
    let read = audit.read_on(&store).await;
    read.unwrap_or_else(|wrong| panic!("{wrong}"));
    audit.assert_whole(ledger);
    for writer in 0..WRITERS {
        assert_eq!(audit.next(writer), ledger.next(writer), "nobody sent this");
    }
    store.close().await.unwrap();
}
