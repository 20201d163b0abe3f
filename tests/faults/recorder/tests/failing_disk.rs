//! Calls that fail: a disk that is full, and one that cannot sync.

use factum_faults::{figure, proved, seeded, size};

use crate::ends::Ends;
use crate::recording::watched;

/// `EIO` from syncs, `ENOSPC` from everything that needs room.
const SYNC: &str = "sync 5";
const WRITE: &str = "write 28";

fn prove(what: &str, ends: Ends) {
    let Ends {
        faults,
        stored,
        full,
        io,
        unknown,
    } = ends;
    let [faults, stored, full, io, unknown] = [faults, stored, full, io, unknown].map(figure);
    proved(
        what,
        &format!("{faults} faults; {stored} appends, each sent again until it is acknowledged"),
        &format!(
            "0 lost, 0 twice, 0 half batches; answered {full} times as full, {io} times as broken, {unknown} times as unknown"
        ),
    );
}

#[test]
fn a_full_disk_is_told_at_each_call_and_takes_nothing() {
    let ends = Ends::of(&watched("fail at each call", &[WRITE]));
    assert!(ends.faults > 200 && ends.full > 0, "{ends:?}");
    prove(
        "Failing disk: full at each of its writes in turn, SQLite",
        ends,
    );
}

#[test]
fn a_sync_that_fails_is_told_at_each_call_and_takes_nothing() {
    let ends = Ends::of(&watched("fail at each call", &[SYNC]));
    assert!(ends.faults > 20 && ends.unknown > 0, "{ends:?}");
    prove(
        "Failing disk: no sync at each of its syncs in turn, SQLite",
        ends,
    );
}

#[test]
fn a_store_goes_on_each_time_that_the_disk_comes_back() {
    let mut random = seeded("a disk that fails and comes back");
    for (call, what) in [(SYNC, "no sync"), (WRITE, "full")] {
        let faults = size(300, 3000) as u64;
        let seed = random.u64(..).to_string();
        let order = [call, &faults.to_string(), &seed];
        let ends = Ends::of(&watched("fail at random calls", &order));
        assert_eq!(ends.faults, faults);
        assert!(ends.full + ends.io + ends.unknown > 0, "{ends:?}");
        prove(
            &format!("Failing disk: {what} at random times, again and again, SQLite"),
            ends,
        );
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
