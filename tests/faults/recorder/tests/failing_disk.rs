//! Calls that fail: a disk that is full, and one that cannot sync.

use factum_faults::{proved, seeded, size};

use crate::recording::watched;

/// `EIO` from syncs, `ENOSPC` from everything that needs room.
const SYNC: &str = "sync 5";
const WRITE: &str = "write 28";

/// How appends ended, as `factum-recorded` counts them.
#[derive(Debug)]
struct Ends {
    faults: u64,
    stored: u64,
    full: u64,
    io: u64,
    unknown: u64,
}

impl Ends {
    fn of(said: &str) -> Self {
        let numbers: Vec<u64> = said
            .split_whitespace()
            .map(|number| number.parse().unwrap())
            .collect();
        let [faults, stored, full, io, unknown] = numbers[..] else {
            panic!("{said}")
        };
        Self {
            faults,
            stored,
            full,
            io,
            unknown,
        }
    }

    fn proved(&self, what: &str) {
        let Self {
            faults,
            stored,
            full,
            io,
            unknown,
        } = self;
        proved(
            what,
            &format!("{faults} faults, {stored} batches"),
            &format!(
                "{full} times `Full`, {io} times `Io`, {unknown} unknown outcomes; each batch is stored once in the end, 0 lost, 0 half"
            ),
        );
    }
}

#[test]
fn a_full_disk_is_told_at_each_call_and_takes_nothing() {
    let ends = Ends::of(&watched("fail at each call", &[WRITE]));
    assert!(ends.faults > 200 && ends.full > 0, "{ends:?}");
    ends.proved("`ENOSPC` from the nth write, SQLite");
}

#[test]
fn a_sync_that_fails_is_told_at_each_call_and_takes_nothing() {
    let ends = Ends::of(&watched("fail at each call", &[SYNC]));
    assert!(ends.faults > 20 && ends.unknown > 0, "{ends:?}");
    ends.proved("`EIO` from the nth sync, SQLite");
}

#[test]
fn a_store_goes_on_each_time_that_the_disk_comes_back() {
    let mut random = seeded("a disk that fails and comes back");
    for (call, what) in [(SYNC, "`EIO` from syncs"), (WRITE, "`ENOSPC` from writes")] {
        let faults = size(300, 3000).to_string();
        let seed = random.u64(..).to_string();
        let ends = Ends::of(&watched("fail at random calls", &[call, &faults, &seed]));
        assert!(ends.full + ends.io + ends.unknown > 0, "{ends:?}");
        ends.proved(&format!("{what} at random, again and again, SQLite"));
    }
}

#[test]
fn a_log_that_cannot_be_written_back_is_told_when_the_file_is_closed() {
    for (call, why) in [(SYNC, "disk I/O error"), (WRITE, "disk is full")] {
        let said = watched("fail while closing", &[call]);
        assert!(
            said.contains("`-wal` could not be written back") && said.contains(why),
            "{call}: {said}"
        );
    }
}
