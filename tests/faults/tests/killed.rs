//! `kill -9` of a process that writes, again and again at the same file.

use std::path::Path;
use std::time::Duration;

use factum::sqlite::rusqlite::Connection;
use factum::{Sqlite, Store};
use factum_faults::{Audit, Batch, Child, Ledger, proved, seeded, size};

const PROGRAM: &str = env!("CARGO_BIN_EXE_factum-faults");

/// Those who are killed, and those of a process beside them that is not.
const WRITERS: [u64; 4] = [0, 1, 2, 3];
const NEIGHBOURS: [u64; 2] = [4, 5];

/// When a process is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// While the file is opened, and what the last kill left is recovered.
    Opening,
    Writing,
    /// While `-wal` is written back.
    Closing,
    /// While another process writes to the same file.
    BesideAnother,
}

#[derive(Debug, Default)]
struct Seen {
    rounds: usize,
    kills: usize,
    opening: usize,
    closing: usize,
    beside: usize,
    acknowledged: usize,
    /// Batches that were stored by a process that was killed before it could say so.
    repeated: usize,
}

impl Seen {
    fn rarest(&self) -> usize {
        self.opening.min(self.closing).min(self.beside)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_there_and_nothing_is_half_there() {
    let mut random = seeded("kill -9");
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    let (mut ledger, mut audit, mut seen) = (Ledger::default(), Audit::default(), Seen::default());
    let kills = size(100, 1000);
    // Some moments are hard to hit: a process may have ended before.
    while seen.kills < kills || seen.rarest() == 0 {
        assert!(seen.rounds < 20 * kills, "{seen:?}");
        seen.rounds += 1;
        let moment = match random.u8(..8) {
            0 => Moment::Opening,
            1 | 2 => Moment::Closing,
            3 => Moment::BesideAnother,
            _ => Moment::Writing,
        };
        round(&path, moment, &mut ledger, &mut seen, &mut random).await;
        // Otherwise the next child is the one that recovers the file.
        if random.bool() {
            inspect(&path, &mut audit, &mut ledger, &mut seen).await;
        }
    }
    inspect(&path, &mut audit, &mut ledger, &mut seen).await;
    let mut whole = Audit::default();
    let store = Sqlite::open(&path).await.unwrap();
    audit.read_on(&store).await.unwrap();
    whole.read_on(&store).await.unwrap();
    let lost = whole.lost(&ledger).count();
    assert_eq!(lost, 0, "what was there once is gone");
    assert_eq!(whole.events(), audit.events());
    assert!(
        seen.repeated > 0,
        "no kill ever came between a commit and its answer"
    );
    let Seen {
        kills,
        opening,
        closing,
        beside,
        acknowledged,
        repeated,
        ..
    } = seen;
    proved(
        "`kill -9` of a writing process, SQLite",
        &format!(
            "{kills} kills ({opening} while opening, {closing} while closing, {beside} beside another writing \
             process), {acknowledged} batches acknowledged"
        ),
        &format!(
            "{lost} lost, 0 half, 0 twice; {repeated} batches were stored and not acknowledged, and settled by their ids"
        ),
    );
}

/// Starts a process that goes on with what is not acknowledged, and kills it.
async fn round(
    path: &Path,
    moment: Moment,
    ledger: &mut Ledger,
    seen: &mut Seen,
    random: &mut fastrand::Rng,
) {
    let neighbour = match moment {
        Moment::BesideAnother => Some(write(path, ledger, NEIGHBOURS, seen, 1).await),
        _ => None,
    };
    let acknowledgements = match moment {
        Moment::Opening => 0,
        _ => random.usize(1..30),
    };
    let mut child = write(path, ledger, WRITERS, seen, acknowledgements).await;
    let pause = match moment {
        Moment::Opening => 10_000,
        Moment::Closing => {
            child.stop();
            while let Some(line) = child.line().await {
                note(&line, ledger, seen);
                if line == "closing" {
                    break;
                }
            }
            1_500
        }
        Moment::Writing | Moment::BesideAnother => 2_000,
    };
    // No fact to wait for: what is wanted is any moment.
    std::thread::sleep(Duration::from_micros(random.u64(..pause)));
    child.kill();
    let (rest, ended) = child.end().await;
    for line in &rest {
        note(line, ledger, seen);
    }
    if !ended {
        seen.kills += 1;
        match moment {
            Moment::Opening => seen.opening += 1,
            Moment::Closing => seen.closing += 1,
            Moment::BesideAnother => seen.beside += 1,
            Moment::Writing => {}
        }
    }
    if let Some(mut neighbour) = neighbour {
        neighbour.stop();
        let (rest, ended) = neighbour.end().await;
        assert!(
            ended,
            "the other process did not outlive the kill: {rest:?}"
        );
        for line in &rest {
            note(line, ledger, seen);
        }
    }
}

/// A process with these writers, of which so many batches were acknowledged.
async fn write<const N: usize>(
    path: &Path,
    ledger: &mut Ledger,
    writers: [u64; N],
    seen: &mut Seen,
    acknowledgements: usize,
) -> Child {
    let first = writers.map(|writer| ledger.next(writer).to_string());
    let role = [
        "write".to_owned(),
        path.display().to_string(),
        "0".to_owned(),
    ];
    let mut child = Child::start(PROGRAM, [&role[..], &first[..]].concat());
    let before = seen.acknowledged;
    while seen.acknowledged < before + acknowledgements {
        let line = child.line().await.expect("the process ended by itself");
        note(&line, ledger, seen);
    }
    child
}

fn note(line: &str, ledger: &mut Ledger, seen: &mut Seen) {
    let (batch, again) = match line.strip_suffix(" again") {
        Some(batch) => (batch, true),
        None => (line, false),
    };
    if let Ok(batch) = batch.parse() {
        ledger.acknowledge(batch);
        seen.acknowledged += 1;
        seen.repeated += usize::from(again);
    }
}

/// Opens the file, judges what it holds, and settles what was not acknowledged.
async fn inspect(path: &Path, audit: &mut Audit, ledger: &mut Ledger, seen: &mut Seen) {
    let store = Sqlite::open(path).await.unwrap();
    audit
        .read_on(&store)
        .await
        .unwrap_or_else(|wrong| panic!("{wrong}"));
    let lost: Vec<String> = audit.lost(ledger).map(|batch| batch.to_string()).collect();
    assert!(
        lost.is_empty(),
        "acknowledged and gone: {}",
        lost.join(", ")
    );
    let integrity: String = Connection::open(path)
        .unwrap()
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(integrity, "ok");
    for writer in WRITERS.into_iter().chain(NEIGHBOURS) {
        let (batch, there) = (ledger.next(writer), audit.next(writer));
        let known = there != batch;
        assert!(
            !known || there == batch.next(),
            "{there} was stored before {batch} was acknowledged"
        );
        let appended = store.append(Batch::append(batch)).await.unwrap();
        assert_eq!(
            appended.repeated, known,
            "batch {batch} is stored twice, or not at all"
        );
        ledger.acknowledge(batch);
        seen.repeated += usize::from(known);
    }
    store.close().await.unwrap();
}
