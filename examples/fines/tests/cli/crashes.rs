//! Imports that are killed, and imports at the same time.

use std::thread;
use std::time::{Duration, Instant};

use factum::sqlite::rusqlite::{Connection, OpenFlags};
use factum::{ExecuteError, Sqlite};
use fines::import::{Cause, import};
use fines::summary::Summary;

use crate::figures::of_1500;
use crate::office::{Office, SHIPPED, first, said, strs};

/// `None` before the tables are there.
fn stored(office: &Office) -> Option<u64> {
    let path = office.path("fines.db");
    let count = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).and_then(
        |connection| {
            connection.query_row("SELECT count(*) FROM factum_events", [], |row| {
                row.get::<_, u32>(0)
            })
        },
    );
    count.ok().map(u64::from)
}

fn events(office: &Office) -> u64 {
    stored(office).unwrap_or_default()
}

#[test]
fn an_import_that_is_killed_is_completed_by_the_next() {
    let office = Office::new();
    let file = office.file("1500.csv", strs(&first(1500)));
    let mut kept = 0;
    for goal in [100, 1500, 3000] {
        let mut running = office.program(&["import", &file]).spawn().unwrap();
        let started = Instant::now();
        while events(&office) < goal {
            assert!(
                started.elapsed() < Duration::from_secs(60),
                "the import does not get on"
            );
            thread::sleep(Duration::from_millis(1));
        }
        running.kill().unwrap();
        let said = said(running.wait_with_output().unwrap());
        assert!(
            !said.ok,
            "the import was over before it was killed: {}",
            said.out
        );
        assert!(events(&office) >= goal.max(kept));
        kept = events(&office);
    }
    assert!(kept < 5113, "nothing was left to do");
    let out = office.out(&["import", &file]);
    let expected = format!("{} new events, {kept} already there", 5113 - kept);
    assert!(out.starts_with(&expected), "{out}");
    assert_eq!(office.summary(&[]), of_1500());
}

#[test]
fn two_imports_of_one_file_at_once_come_to_the_same_figures() {
    let office = Office::new();
    let rows = first(1500);
    let file = office.file("1500.csv", strs(&rows));
    import_twice(&office, &file, &[]);
    assert_eq!(office.summary(&[]), of_1500());
}

/// Has two programs import one file at once; each event is new to one of them.
pub(crate) fn import_twice(office: &Office, file: &str, place: &[&str]) {
    let import = [&["import", file], place].concat();
    let running = [(); 2].map(|()| office.program(&import).spawn().unwrap());
    let mut new = 0;
    for one in running {
        let said = said(one.wait_with_output().unwrap());
        assert!(said.ok, "{}{}", said.out, said.err);
        let (count, rest) = said.out.split_once(" new events, ").unwrap();
        let (count, there) = (
            count.parse::<u32>().unwrap(),
            rest.split(' ').next().unwrap(),
        );
        assert_eq!(count + there.parse::<u32>().unwrap(), 5113);
        new += count;
    }
    assert_eq!(new, 5113);
}

#[test]
fn summaries_during_an_import_count_every_event_once() {
    let office = Office::new();
    let file = office.file("1500.csv", strs(&first(1500)));
    let mut running = office.program(&["import", &file]).spawn().unwrap();
    let mut seen = 0;
    while running.try_wait().unwrap().is_none() {
        if stored(&office).is_none() {
            continue;
        }
        // The two overlap, so only what was seen before both of them is a floor for both.
        let both = ["a", "b"].map(|_| office.program(&["summary", "--json"]).spawn().unwrap());
        let both = both.map(|one| {
            let said = said(one.wait_with_output().unwrap());
            assert!(said.ok, "{}", said.err);
            let figures: Summary = serde_json::from_str(&said.out).unwrap();
            assert!(
                (seen..=5113).contains(&figures.events),
                "{seen}: {figures:?}"
            );
            figures.events
        });
        seen = both.into_iter().fold(seen, u32::max);
    }
    assert!(said(running.wait_with_output().unwrap()).ok);
    assert_eq!(office.summary(&[]), of_1500());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_stops_the_import_whatever_was_asked_and_is_said_once() {
    let office = Office::new();
    let path = office.path("fines.db");
    let store = Sqlite::builder(&path).max_pages(100).open().await.unwrap();
    let file = std::fs::read(SHIPPED).unwrap();
    let report = import(store, &file, true, || ()).await;
    let [problem] = &report.problems[..] else {
        panic!("{:?}", report.problems);
    };
    assert!(
        matches!(&problem.cause, Cause::NotCarriedOut(error) if matches!(**error, ExecuteError::Unavailable(_)))
    );
    assert!(
        problem
            .cause
            .to_string()
            .starts_with("the store cannot serve: "),
        "{}",
        problem.cause
    );
    assert!(report.recorded > 0 && report.recorded < 34_724);
    assert_eq!(events(&office), report.recorded);
}
