//! Power cuts at any moment of a recorded run.

use std::path::Path;

use factum::Sqlite;
use factum_faults::{Audit, Ledger, figure, file_integrity, listed, proved, seeded, size};
use tokio::task::JoinSet;

use crate::disk::{Cut, Disk};
use crate::record::{Done, Record};
use crate::recording::{Recording, place};

const MODES: [Cut; 3] = [Cut::Prefix, Cut::Torn, Cut::Scattered];

/// Of so many cuts of a kind, one or more do what only they do: others come where all is synced, or keep all of it.
const FEWEST: usize = 10;

/// How much each of the 4 writers stores: enough for SQLite to write its log back and start it again.
const BATCHES: &str = "200";

#[test]
fn the_record_holds_all_that_was_written() {
    let mut random = seeded("a whole replay");
    for how in ["default", "blocking", "normal"] {
        let recording = Recording::of("write", &[how, BATCHES]);
        let mut disk = Disk::default();
        for record in &recording.records {
            disk.take_in(record, &mut random);
        }
        let files = disk.whole();
        assert!(files.contains_key("store.db"));
        for (name, bytes) in files {
            let real = std::fs::read(recording.directory.path().join(&name)).unwrap();
            assert!(real == bytes, "{name} is not what a replay makes of it");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_takes_nothing_that_was_acknowledged() {
    for (how, trial, what) in [
        ("default", "power cuts", "SQLite as it is by default"),
        ("blocking", "power cuts, blocking", "SQLite, blocking"),
    ] {
        let outcome = written(how, trial).await;
        outcome.assert_nothing_is_lost();
        outcome.proved(&format!("Power cut: 4 writers, {what}"), "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_less_than_full_syncs_a_power_cut_takes_what_was_acknowledged_and_leaves_no_half() {
    let outcome = written("normal", "power cuts, synchronous=NORMAL").await;
    assert!(
        !outcome.lost.is_empty(),
        "no loss was seen, so none would have been seen elsewhere"
    );
    outcome.proved(
        "Power cut: 4 writers, SQLite with `synchronous=NORMAL`, which promises less",
        "",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_that_fails_acknowledges_nothing_that_a_power_cut_takes() {
    let mut random = seeded("power cuts, syncs that fail");
    let (faults, seed) = (60, random.u64(..).to_string());
    let recording = Recording::of(
        "fail at random calls",
        &["sync 5", &faults.to_string(), &seed],
    );
    let records = &recording.records;
    let failed = records
        .iter()
        .filter(|record| record.done == Done::SyncFailed);
    let failed = failed.count();
    assert!(failed >= faults, "{failed} syncs failed");
    let outcome = power_cuts(records, &mut random).await;
    outcome.assert_nothing_is_lost();
    let how = format!("; {failed} syncs failed before, and what they had to write was dropped");
    outcome.proved(
        "Power cut: 4 writers whose disk fails to sync, SQLite",
        &how,
    );
}

/// The power cuts of one kind.
#[derive(Debug, Clone, Copy, Default)]
struct Cuts {
    tried: usize,
    /// Those that left less than all that was done.
    lost: usize,
    /// Those that left what is no prefix of it.
    mixed: usize,
}

/// What was found after power cuts, none of which left anything corrupt or half.
struct Outcome {
    /// Those of each kind.
    cuts: [Cuts; MODES.len()],
    /// After how many of them anything was there that had been acknowledged.
    written: usize,
    /// What was acknowledged and gone, for each cut after which anything was.
    lost: Vec<String>,
}

impl Outcome {
    /// What was tried, and what came of it.
    fn proved(&self, what: &str, how: &str) {
        let [prefix, torn, scattered] = self.cuts.map(|cuts| figure(cuts.tried));
        let [less, in_a_write, out_of_order] =
            [self.cuts[0].lost, self.cuts[1].mixed, self.cuts[2].mixed].map(figure);
        let (written, lost) = (figure(self.written), figure(self.lost.len()));
        proved(
            what,
            &format!(
                "{prefix} cuts that keep a prefix of what was not synced, {less} of them less than all; {torn} a torn \
                 one, {in_a_write} in the middle of a write; {scattered} any sectors, {out_of_order} with others before \
                 them missing{how}"
            ),
            &format!(
                "{lost} of {written} lost what was acknowledged, 0 corrupt files, 0 half batches"
            ),
        );
    }

    fn assert_nothing_is_lost(&self) {
        let Self { written, lost, .. } = self;
        assert!(
            lost.is_empty(),
            "{} of {written} power cuts lost what was acknowledged: {}",
            lost.len(),
            lost[0]
        );
    }
}

/// Cuts the power of writers.
async fn written(how: &str, trial: &str) -> Outcome {
    let mut random = seeded(trial);
    let records = Recording::of("write", &[how, BATCHES]).records;
    let log = Log::of(&records);
    assert!(
        log.written_back > 0 && log.restarts > 0,
        "too little was written: {log:?}"
    );
    power_cuts(&records, &mut random).await
}

/// Cuts the power of a recorded run at random moments, and says how often, and what was lost each time.
async fn power_cuts(records: &[Record], random: &mut fastrand::Rng) -> Outcome {
    let each = size(100, 1000);
    let mut cuts: Vec<_> = (0..each * MODES.len())
        .map(|cut| (random.usize(..=records.len()), cut % MODES.len()))
        .collect();
    cuts.sort_by_key(|(at, _)| *at);

    let (mut disk, mut ledger, mut done) = (Disk::default(), Ledger::default(), 0);
    let (mut images, mut lost) = (JoinSet::new(), Vec::new());
    let (mut tried, mut written) = ([Cuts::default(); MODES.len()], 0);
    for (at, mode) in cuts {
        for record in &records[done..at] {
            if !acknowledge(&mut ledger, record) {
                disk.take_in(record, random);
            }
        }
        done = at;
        // No more at once than memory has room for.
        if images.len() == 8 {
            lost.extend(images.join_next().await.unwrap().unwrap());
        }
        let (image, ledger, cut) = (place(), ledger.clone(), MODES[mode]);
        written += usize::from(ledger.batches().next().is_some());
        let harm = disk.cut(cut, random, image.path());
        let cuts = &mut tried[mode];
        cuts.tried += 1;
        cuts.lost += usize::from(harm.lost);
        cuts.mixed += usize::from(harm.mixed);
        images.spawn(async move {
            let found = inspect(image.path(), &ledger).await;
            found.unwrap_or_else(|wrong| panic!("{cut:?} before call {at}: {wrong}"))
        });
    }
    lost.extend(images.join_all().await.into_iter().flatten());
    for (mode, cuts) in MODES.into_iter().zip(tried) {
        assert_eq!(cuts.tried, each);
        let mixes = mode != Cut::Prefix;
        assert!(
            cuts.lost >= each / FEWEST && (!mixes || cuts.mixed >= each / FEWEST),
            "{mode:?}: next to nothing was cut off: {cuts:?}"
        );
    }
    assert!(written > each, "next to nothing was acknowledged");
    Outcome {
        cuts: tried,
        written,
        lost,
    }
}

/// Takes in what the process said of its answers, which are in the same order as all else; whether that is what it is.
/// The store has no part in that file, and it is never synced.
fn acknowledge(ledger: &mut Ledger, record: &Record) -> bool {
    let ("acknowledged", Done::Wrote { data, .. }) = (&*record.file, &record.done) else {
        return false;
    };
    let lines = std::str::from_utf8(data).unwrap().lines();
    for batch in lines {
        ledger.acknowledge(batch.parse().unwrap());
    }
    true
}

/// Opens what a power cut left, and says what was acknowledged and is gone; an error is what no cut may leave.
async fn inspect(image: &Path, ledger: &Ledger) -> Result<Option<String>, String> {
    let path = image.join("store.db");
    let store = Sqlite::open(&path)
        .await
        .map_err(|error| error.to_string())?;
    let mut audit = Audit::default();
    audit.read_on(&store).await?;
    file_integrity(&path)?;
    let lost = audit.lost(ledger);
    for writer in 0..4 {
        audit.settle(&store, ledger, writer).await?;
    }
    audit.read_on(&store).await?;
    Ok((!lost.is_empty()).then(|| listed(&lost)))
}

/// What SQLite did to its files along the way.
#[derive(Debug, Default)]
struct Log {
    /// Pages that were written back while the log was in use.
    written_back: usize,
    /// How often the log began again from its start.
    restarts: usize,
}

impl Log {
    fn of(records: &[Record]) -> Self {
        let (mut log, mut used) = (Self::default(), false);
        for Record { file, done } in records {
            match (&**file, done) {
                ("store.db-wal", Done::Created | Done::Removed) => used = false,
                ("store.db-wal", Done::Wrote { at: 0, .. }) => {
                    log.restarts += usize::from(used);
                    used = true;
                }
                ("store.db", Done::Wrote { .. }) => log.written_back += usize::from(used),
                _ => {}
            }
        }
        log
    }
}
